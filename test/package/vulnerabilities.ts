import * as v from 'valibot';
import type { BundledPackage } from './bundledPackages';

/** Severities that do not fail the audit. */
const TOLERATED = ['info', 'low'];

const Advisory = v.object({ title: v.string(), url: v.string(), severity: v.string(), range: v.string() });

/** The required parts of the output of `npm audit --json` (auditReportVersion 2). */
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

/** The name of the package in a folder of a report, such as `b` in `node_modules/a/node_modules/b`. */
const packageIn = (node: string) => node.slice(node.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * The known vulnerabilities of bundled packages, moderate or worse, one line each. Those of a dependency count only if it is bundled
 * itself.
 *
 * @param output the output of `npm audit --json`
 * @returns undefined if the output is not a report, so that the result is unknown
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
