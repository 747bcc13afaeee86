import { describe, expect, test } from 'vitest';
import { bundledVulnerabilities } from './vulnerabilities';

const bundled = [{ name: 'csv-parse', version: '7.0.3' }];

function reportOf(name: string, severity: string, via: 'advisory' | 'dependency' = 'advisory') {
  const advisory = {
    source: 1,
    name,
    dependency: name,
    title: 'Too slow',
    url: 'https://example.test/1',
    severity,
    range: '<8',
  };
  return JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      [name]: { name, severity, via: [via === 'advisory' ? advisory : 'vite'], nodes: [`node_modules/${name}`] },
    },
  });
}

test.each(['moderate', 'high', 'critical', 'a severity to come'])('a vulnerability counts that is %s', (severity) => {
  expect(bundledVulnerabilities(reportOf('csv-parse', severity), bundled)).toEqual([
    `csv-parse <8: ${severity}: Too slow (https://example.test/1)`,
  ]);
});

test.each([
  ['one that is low', reportOf('csv-parse', 'low')],
  ['one of a package that is not bundled', reportOf('vitest', 'critical')],
  ['one of a dependency that is not bundled', reportOf('csv-parse', 'critical', 'dependency')],
  ['none', JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} })],
])('%s does not', (_, report) => {
  expect(bundledVulnerabilities(report, bundled)).toEqual([]);
});

describe('nothing is known', () => {
  test.each([
    ['when nothing was printed', ''],
    ['when the registry does not know audits', JSON.stringify({ message: '405 Method Not Allowed', method: 'POST' })],
    ['when npm could not ask', JSON.stringify({ error: { code: 'ENOTFOUND', summary: '' } })],
    ['when the report has another form', JSON.stringify({ auditReportVersion: 3, vulnerabilities: {} })],
  ])('%s', (_, output) => {
    expect(bundledVulnerabilities(output, bundled)).toBeUndefined();
  });
});
