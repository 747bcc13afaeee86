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

test.each(['moderate', 'high', 'critical', 'a severity to come'])('a %s vulnerability is reported', (severity) => {
  expect(bundledVulnerabilities(reportOf('csv-parse', severity), bundled)).toEqual([
    `csv-parse <8: ${severity}: Too slow (https://example.test/1)`,
  ]);
});

test.each([
  ['a low vulnerability', reportOf('csv-parse', 'low')],
  ['a vulnerability of a package that is not bundled', reportOf('vitest', 'critical')],
  ['a vulnerability of a dependency that is not bundled', reportOf('csv-parse', 'critical', 'dependency')],
  ['an empty report', JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} })],
])('%s is not reported', (_, report) => {
  expect(bundledVulnerabilities(report, bundled)).toEqual([]);
});

describe('the result is unknown', () => {
  test.each([
    ['if nothing was printed', ''],
    ['if the registry does not support audits', JSON.stringify({ message: '405 Method Not Allowed', method: 'POST' })],
    ['if npm could not reach the registry', JSON.stringify({ error: { code: 'ENOTFOUND', summary: '' } })],
    ['if the report has another format', JSON.stringify({ auditReportVersion: 3, vulnerabilities: {} })],
  ])('%s', (_, output) => {
    expect(bundledVulnerabilities(output, bundled)).toBeUndefined();
  });
});
