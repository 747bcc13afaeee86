import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { providersOf } from '../simulator/seed';
import { eventually } from './support/eventually';
import { run, signIn, signOut } from './support/extension';
import { elementsOf, row, rows } from './support/rows';
import { useService } from './support/service';
import { configure } from './support/settings';
import * as vscodeSpy from './support/vscodeSpy';

const COUNT = 150;
const LIST = providersOf(COUNT);
/** Farther from both ends of the list than the view is high. */
const FAR = 75;
const idAt = (index: number) => LIST[index]?.serviceProviderId ?? '';
const indexOf = (id: string) => LIST.findIndex(({ serviceProviderId }) => serviceProviderId === id);

describe('a long list that is read slowly', () => {
  const service = useService();
  const view = () => vscodeSpy.createdView(vscodeSpy.VIEW).view;
  const headline = () => view().message ?? '';
  const read = () =>
    service.control
      .requests()
      .flatMap(({ status, serviceProviderId }) => (status === 200 || status === 404 ? (serviceProviderId ?? '') : []));

  before(async () => {
    service.control.seed(LIST);
    service.control.setSwitches({ rateLimit: { perSecond: 5, burst: 10 } });
    await configure({ user: LIST.map(({ serviceProviderId: id, name }) => ({ id, name })) });
    await signIn(service.accessToken);
  });

  after(async () => {
    await configure({});
    await signOut();
  });

  it('says how many mappings are left, and reads what is selected before the rest', async () => {
    await eventually(() => {
      assert.match(headline(), /^Reading mappings: 1\d\d left/);
    });
    assert.equal(vscodeSpy.context.get('alexaNetworkMapping.reading'), 'many');
    await eventually(() => {
      assert.ok(read().length >= 3);
    });
    assert.ok(read().every((id) => indexOf(id) < FAR));
    await view().reveal(elementsOf([idAt(120)])[0], { select: true });
    await eventually(() => {
      assert.ok(read().includes(idAt(120)));
    });
    assert.ok(!read().includes(idAt(FAR)));
  });

  it('can be stopped, and is not read again until the user refreshes it', async () => {
    await run('stopReading');
    await eventually(() => {
      assert.doesNotMatch(headline(), /Reading/);
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.reading'), 'none');
    });
    assert.match(row(idAt(COUNT - 1)).says, /, could not be read: canceled$/);
    assert.match(row(idAt(120)).says, /, (?:mapped to .+|not mapped)$/);
    const { length } = service.control.requests();
    await delay(500);
    assert.equal(service.control.requests().length, length);
    service.control.setSwitches({ rateLimit: null });
    await run('refresh');
    assert.equal(rows().filter(({ says }) => /, (?:mapped to .+|not mapped)$/.test(says)).length, COUNT);
  });
});
