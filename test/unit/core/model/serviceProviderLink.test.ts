import { expect, it } from 'vitest';
import { linkedServiceProvider } from '../../../../src/core/model/serviceProviderLink';
import { ACCESS_TOKEN, SERVICE_PROVIDER } from '../../../support/builders';

it('finds the service provider of a link', () => {
  expect(linkedServiceProvider(`/serviceProvider/${SERVICE_PROVIDER}`)).toBe(SERVICE_PROVIDER);
  expect(linkedServiceProvider(`/serviceProvider/${SERVICE_PROVIDER}/`)).toBe(SERVICE_PROVIDER);
});

it.each([
  '',
  '/',
  '/serviceProvider',
  '/serviceProvider/',
  '/serviceProvider/..',
  '/serviceProvider/ ',
  `/serviceprovider/${SERVICE_PROVIDER}`,
  `/serviceProvider/${SERVICE_PROVIDER}/delete`,
  `/x/serviceProvider/${SERVICE_PROVIDER}`,
  `/deleteMapping/${SERVICE_PROVIDER}`,
  `/serviceProvider/${ACCESS_TOKEN}`,
  `/serviceProvider/ ${SERVICE_PROVIDER}`,
  `/serviceProvider/${SERVICE_PROVIDER}\u202e`,
])('rejects %j', (path) => {
  expect(linkedServiceProvider(path)).toBeUndefined();
});
