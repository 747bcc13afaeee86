import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { filesOf, ROOT, VSIX } from './archive';
import { SBOM } from './bundledPackages';

/** Licenses that require only that their text is passed on. */
const ALLOWED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];

const Sbom = v.object({
  metadata: v.object({ component: v.object({ 'bom-ref': v.string() }) }),
  components: v.array(
    v.object({
      'bom-ref': v.string(),
      group: v.optional(v.string()),
      name: v.string(),
      version: v.string(),
      licenses: v.array(v.object({ license: v.object({ id: v.string() }) })),
    }),
  ),
  dependencies: v.array(v.object({ ref: v.string(), dependsOn: v.array(v.string()) })),
});

const text = readFileSync(path.join(ROOT, SBOM), 'utf8');
const sbom = v.parse(Sbom, JSON.parse(text));

/** The copies of the schemas in the official library. */
const SCHEMAS = path.join(ROOT, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');

const schema = (file: string) => JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')) as object;

/** The errors of a bill of materials. */
function schemaErrors(bill: unknown): unknown {
  const referenced = ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'];
  const schemas = Object.fromEntries(
    referenced.map((file) => [`http://cyclonedx.org/schema/${file}`, schema(file)] as const),
  );
  // Not checked are the two formats that `ajv-formats` does not know.
  const ajv = new Ajv({ strict: false, schemas, formats: { 'iri-reference': true, 'idn-email': true } });
  addFormats(ajv);
  const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
  validate(bill);
  return validate.errors;
}

test('the bill of materials is valid CycloneDX', () => {
  expect(schemaErrors(JSON.parse(text))).toBeNull();
  expect(schemaErrors({ ...(JSON.parse(text) as object), components: [{ name: 'no type' }] })).not.toBeNull();
});

test('the bill of materials lists each package whose license is shipped', async () => {
  const notices = (await filesOf(path.join(ROOT, VSIX))).get('extension/dist/ThirdPartyNotices.txt')?.toString('utf8');
  const shipped = [...(notices ?? '').matchAll(/^-{80}\n(\S+) (\S+) \(([^)]+)\)/gm)].map(([, ...parts]) => parts);
  expect(shipped.length).toBeGreaterThan(5);
  const listed = sbom.components.map(({ group, name, version, licenses }) => [
    group === undefined ? name : `${group}/${name}`,
    version,
    ...licenses.map(({ license }) => license.id),
  ]);
  expect(listed).toEqual(shipped);
});

test('each bundled package has a license that only requires its text to be passed on', () => {
  const others = sbom.components.filter(
    ({ licenses }) => !licenses.every(({ license }) => ALLOWED.includes(license.id)),
  );
  expect(others).toEqual([]);
});

test('each bundled package is a dependency of the extension, or of another bundled package', () => {
  const dependsOn = new Map(sbom.dependencies.map((one) => [one.ref, one.dependsOn]));
  const references = sbom.components.map((one) => one['bom-ref']);
  expect([...dependsOn.keys()].sort()).toEqual([sbom.metadata.component['bom-ref'], ...references].sort());
  expect([...new Set([...dependsOn.values()].flat())].sort()).toEqual([...references].sort());
});
