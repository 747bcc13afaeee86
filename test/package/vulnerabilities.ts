import * as v from 'valibot';
import type { BundledPackage } from './bundledPackages';

/** Severities that do not fail the audit. */
const TOLERATED = ['info', 'low'];

const Advisory = v.object({ title: v.string(), url: v.string(), severity: v.string(), range: v.string() });

/** What `npm audit --json` prints (auditReportVersion 2), as far as it is needed. */
const Report = v.object({
  auditReportVersion: v.literal(2),
  vulnerabilities: v.record(
    v.string(),
    v.object({
      name: v.string(),
      /** An advisory, or the name of the dependency that has one. */
      via: v.array(v.union([v.string(), Advisory])),
      nodes: v.array(v.string()),
    }),
  ),
});

/** The folders of a report, such as `node_modules/a/node_modules/b`, name the package at their end. */
const packageIn = (node: string) => node.slice(node.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * The known vulnerabilities, moderate or worse, of what is bundled, a line each. Those of a dependency count where it is
 * bundled itself.
 *
 * @param output what `npm audit --json` printed
 * @returns undefined when that is no report, so that nothing is known
 */
export function bundledVulnerabilities(
  output: string,
  bundled: readonly BundledPackage[],
): readonly string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(output);
  } catch {
    return undefined;
  }
  const report = v.safeParse(Report, json);
  if (!report.success) return undefined;
  const names = new Set(bundled.map(({ name }) => name));
  return Object.values(report.output.vulnerabilities)
    .filter(({ name, nodes }) => [name, ...nodes.map(packageIn)].some((one) => names.has(one)))
    .flatMap(({ name, via }) =>
      via
        .filter((one) => typeof one !== 'string')
        .filter(({ severity }) => !TOLERATED.includes(severity))
        .map(({ severity, title, range, url }) => `${name} ${range}: ${severity}: ${title} (${url})`),
    );
}
