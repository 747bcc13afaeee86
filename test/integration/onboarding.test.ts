import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SKILL } from '../support/builders';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { useListed } from './support/listed';
import { answer, enter, enterInVain, look } from './support/prompts';
import { elementsOf, row, rows, spoken } from './support/rows';
import { CLINIC, HOTEL } from './support/service';
import { listIn } from './support/settings';
import * as vscodeSpy from './support/vscodeSpy';

describe('the commands of service providers themselves', () => {
  const service = useListed([HOTEL, CLINIC]);

  const dialog = () => vscodeSpy.messages.findLast(({ modal }) => modal);
  const told = () => vscodeSpy.messages.filter(({ modal }) => !modal).map(({ text }) => text);
  const changes = () =>
    service.control
      .requests()
      .flatMap(({ operation, body }) =>
        /^(create|update|delete)Provider$/.test(operation) ? [{ operation, body }] : [],
      );

  const create = (logicalId: string, name: string) =>
    answer(() => run('createServiceProvider'), enterInVain('', /Enter a logical ID/), enter(logicalId), enter(name));

  it('create one, which is in the list and read at once, with its name in the settings', async () => {
    vscodeSpy.answerNextModal('Create');
    await create('annex', 'Annex');
    assert.deepEqual(changes(), [
      {
        operation: 'createProvider',
        body: { serviceProviderLogicalId: 'annex', displayName: [{ locale: 'en-US', value: 'Annex' }] },
      },
    ]);
    const created = service.control.providers().find(({ name }) => name === 'Annex');
    assert.deepEqual((listIn('globalValue') as unknown[]).at(-1), { id: created?.serviceProviderId, name: 'Annex' });
    assert.equal(spoken().at(-1), 'Annex, not mapped');
    assert.deepEqual(told(), ['Created the service provider Annex.']);
    assert.deepEqual(vscodeSpy.messages.at(-1)?.buttons, ['Map to Skill…', 'Undo']);
  });

  it('undo that by deleting it, after its name was typed', async () => {
    vscodeSpy.answerNextModal('Create');
    await create('annex', 'Annex');
    const id = rows().at(-1)?.id ?? '';
    vscodeSpy.answerNextModal('Delete Service Provider');
    const pressed = () => {
      vscodeSpy.messages.at(-1)?.press('Undo');
      return eventually(() => {
        assert.ok(!(id in service.truth));
      });
    };
    await answer(pressed, enter('Annex'));
    await eventually(() => {
      assert.deepEqual(spoken(), [`Hotel Aurora, mapped to ${SKILL}`, 'Clinic, not mapped']);
    });
  });

  it('say after a create without a response that its outcome is unknown, and add nothing', async () => {
    service.control.addFault({ name: 'serverErrorAfterWrite', operation: 'createProvider' });
    vscodeSpy.answerNextModal('Create');
    await create('annex', 'Annex');
    assert.equal(changes().length, 1);
    assert.match(told()[0] ?? '', /^Could not verify whether Annex was created.*logical ID, annex/);
    assert.equal(rows().length, 2);
  });

  it('rename one at Amazon, which leaves its name in the list as it is', async () => {
    service.control.setProvider({ serviceProviderId: CLINIC.id, name: 'Clinic One', skillId: null });
    vscodeSpy.answerNextModal('Rename');
    await answer(
      () => run('renameAtAmazon', { serviceProviderId: CLINIC.id }),
      look(({ box }) => {
        assert.equal(box?.value, 'Clinic One');
      }),
      enter('Clinic Two'),
    );
    assert.match(dialog()?.detail ?? '', /Current: Clinic One\nNew: Clinic Two/);
    assert.equal(
      service.control.providers().find(({ serviceProviderId }) => serviceProviderId === CLINIC.id)?.name,
      'Clinic Two',
    );
    assert.equal(row(CLINIC.id).label, 'Clinic');
    assert.deepEqual(told(), ['Renamed Clinic to Clinic Two at Amazon.']);
  });

  it('delete one from its row, only with its name, after saying what stops', async () => {
    vscodeSpy.answerNextModal('Delete Service Provider');
    const [element] = elementsOf([HOTEL.id]);
    await answer(
      () => run('deleteServiceProvider', element, [element]),
      enterInVain('Hotel', /Type exactly: Hotel Aurora/),
      look(() => {
        assert.deepEqual(changes(), []);
      }),
      enter('Hotel Aurora'),
    );
    assert.match(dialog()?.detail ?? '', new RegExp(`${SKILL} will no longer handle the calls of Hotel Aurora\\.`));
    assert.ok(!(HOTEL.id in service.truth));
    assert.deepEqual(spoken(), ['Clinic, not mapped']);
    assert.deepEqual(listIn('globalValue'), [CLINIC]);
  });

  it('send nothing without confirmation', async () => {
    for (const button of ['', '', '']) vscodeSpy.answerNextModal(button);
    await create('annex', 'Annex');
    await answer(() => run('renameAtAmazon', { serviceProviderId: CLINIC.id }), enter('Clinic Two'));
    await run('deleteServiceProvider', { serviceProviderId: HOTEL.id });
    assert.deepEqual(changes(), []);
  });
});
