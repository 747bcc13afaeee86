import { describe, expect, it } from 'vitest';
import { toolConfirmation } from '../../../../src/core/languageModelTools/toolConfirmation';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { Plan, PlannedChange } from '../../../../src/core/operations/plan';
import { changeBetween } from '../../../../src/core/model/networkMapping';
import { mappedTo, notMapped, skillsNamed } from '../../../support/builders';

const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };

function change(
  name: string,
  from: NetworkMapping,
  to: NetworkMapping,
  more: Partial<PlannedChange> = {},
): PlannedChange {
  const found = changeBetween(`id-${name.slice(0, 5).toLowerCase()}`, from, to);
  if (!found) throw new Error('the mappings are the same');
  return { change: found, replaces: from, sender: SENDER, name, ...more };
}

const confirmed = (changes: readonly PlannedChange[], some: Partial<Plan> = {}, sender = {}) =>
  toolConfirmation(
    { kind: 'apply', changes, skipped: [], unreadable: [], ...some },
    sender,
    skillsNamed({ 'skill-one': 'Guest Calling' }),
    'en',
  );
/** As Markdown shows it. */
const shown = (message: string) => message.replace(/\\([!-/:-@[-`{-~])/g, '$1');

describe('the confirmation of a plan that a language model applies', () => {
  it('has each change with names and IDs, from the current to the new mapping', () => {
    const { title, message } = confirmed([
      change('Hotel Aurora', mappedTo('skill-one'), mappedTo('skill-two')),
      change('Clinic', notMapped, mappedTo('skill-one')),
      change('Villa', mappedTo('skill-two'), notMapped),
    ]);
    expect(title).toBe('Change 3 network mappings?');
    expect(shown(message)).toBe(
      [
        '- Hotel Aurora (id-hotel): Guest Calling (skill-one) → skill-two',
        '- Clinic (id-clini): not mapped → Guest Calling (skill-one)',
        '- Villa (id-villa): skill-two → not mapped',
        '',
        'The new skills will handle the calls. Where a mapping is deleted, no skill will handle the calls.',
      ].join('\n'),
    );
  });

  it('says what is skipped, who sends the change where, and what is unusual about it', () => {
    const { title, message } = confirmed(
      [change('Hotel', notMapped, mappedTo('skill-two'), { isUnknown: true })],
      { skipped: [{ serviceProviderId: 'clinic', name: 'Clinic', reason: 'sameSkill' }] },
      { account: 'europe', host: 'api.example.com' },
    );
    expect(title).toBe('Change 1 network mapping?');
    expect(shown(message)).toBe(
      [
        '- Hotel (id-hotel): not mapped → skill-two. The service has no such service provider, so the change will probably fail.',
        '',
        'Will be skipped: 1 already mapped to this skill.',
        '',
        'Account: europe  ',
        'API endpoint: api.example.com',
        '',
        'The new skills will handle the calls.',
      ].join('\n'),
    );
  });

  it('has the ID of a service provider without a name once', () => {
    const { message } = confirmed([change('id-hotel', notMapped, mappedTo('skill-two'), { name: 'id-id-ho' })]);
    expect(shown(message)).toContain('- id-id-ho: not mapped → skill-two\n');
  });

  it('shows every change, also of the longest plan', () => {
    const changes = Array.from({ length: 50 }, (_, index) =>
      change(`${index} Hotel`, notMapped, mappedTo('skill-two'), { name: `Hotel ${index}` }),
    );
    expect(confirmed(changes).message.match(/^- /gm)).toHaveLength(50);
  });

  it('cannot be formatted or linked by a name', () => {
    const name = '**[OK](command:evil)** <b>x</b> https://evil.example $(alert) `code`';
    const { title, message } = confirmed([change(name, notMapped, mappedTo('skill-two'))]);
    expect(title).not.toContain('evil');
    // Each punctuation character of the name is escaped.
    const [line = ''] = message.split('\n');
    expect(line.slice('- '.length).replace(/\\[!-/:-@[-`{-~]/g, '')).toMatch(/^[\w\s→]*$/);
    expect(shown(line)).toContain(name);
  });
});
