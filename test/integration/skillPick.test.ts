import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import { eventually } from './support/eventually';
import { run, signIn } from './support/extension';
import { accept, answer, choose, leave, look } from './support/prompts';
import type { Prompt } from './support/quickInputs';
import { CLINIC, HARBOUR, HOTEL, useService } from './support/service';
import { configure } from './support/settings';

describe('the pick of a skill', () => {
  const service = useService();

  before(async () => {
    await configure({ user: [HOTEL, { ...HARBOUR, name: 'Istanbul' }, CLINIC] });
    await signIn(service.accessToken);
  });
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await run('refresh');
    service.control.clearRequests();
  });

  const map = () => run('createMapping', { serviceProviderId: CLINIC.id });
  /** The text of an item, from all its parts. */
  const shown = ({ items }: Prompt) => items.map(({ label, description = '' }) => `${label} ${description}`.trim());
  const type = (text: string) =>
    look((prompt) => {
      prompt.type(text);
    });
  const expectShown = (...expected: readonly string[]) =>
    look((prompt) =>
      eventually(() => {
        assert.deepEqual(shown(prompt), expected);
      }),
    );

  it('finds a skill by its name: Enter picks it', async () => {
    await answer(map, type('aurora'), expectShown(`${SKILL} handles Hotel Aurora`, 'Use “aurora”'), accept);
    assert.equal(service.truth[CLINIC.id], SKILL);
  });

  it('finds it also when Enter is pressed immediately, and in Turkish spelling', async () => {
    await answer(map, type('İSTANBUL'), accept);
    assert.equal(service.truth[CLINIC.id], OTHER_SKILL);
  });

  it('asks for confirmation before it uses an ID of an unknown format', async () => {
    await answer(
      map,
      type('portland'),
      expectShown('Use “portland”'),
      accept,
      expectShown('Choose Another Skill', 'Use “portland”'),
      // Enter once more goes back.
      accept,
      expectShown('Use “portland”'),
      accept,
      leave,
    );
    assert.deepEqual(service.writes, []);
    await answer(map, type('portland'), accept, choose('Use “portland”'));
    assert.equal(service.truth[CLINIC.id], 'portland');
  });

  it('does not suggest a skill that was not used or was rejected', async () => {
    service.control.addFault({ kind: 'answer', status: 400, operation: 'create' });
    await answer(map, type('brighton'), accept, choose('Use “brighton”'));
    service.control.clearFaults();
    await answer(
      map,
      look((prompt) => {
        assert.doesNotMatch(shown(prompt).join('\n'), /brighton/);
      }),
      leave,
    );
  });

  it('accepts an ID of the known format immediately, and offers the ID inside of pasted text', async () => {
    await answer(map, type(THIRD_SKILL), accept);
    assert.equal(service.truth[CLINIC.id], THIRD_SKILL);
    service.control.reset();
    await run('refresh');
    const id = THIRD_SKILL.replace('003', '009');
    await answer(map, type(`"${id}",`), expectShown(`Use “${id}”`, `Use “"${id}",”`), accept);
    assert.equal(service.truth[CLINIC.id], id);
  });

  it('does not accept a secret as an ID', async () => {
    await answer(
      map,
      type(service.accessToken),
      look((prompt) => {
        assert.match(shown(prompt).join(), /This is a Login with Amazon secret/);
      }),
      leave,
    );
    assert.deepEqual(service.writes, []);
  });
});
