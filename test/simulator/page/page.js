/* global document, navigator, window, setTimeout, clearTimeout, URLSearchParams */

const byId = (id) => document.getElementById(id);
const shownProviders = 200;
const shownRequests = 60;
const pollEveryMs = 1000;

/** The switches of the mapping API: key, label, and positions with their labels. */
const apiSwitches = [
  [
    'createWhenMapped',
    'Create where a mapping exists',
    [
      [400, '400 Bad Request'],
      [403, '403 Forbidden'],
      [409, '409 Conflict'],
      ['overwrite', 'overwrites it'],
    ],
  ],
  [
    'updateWhenNotMapped',
    'Update where none exists',
    [
      [404, '404 Not Found'],
      ['create', 'creates it'],
    ],
  ],
  [
    'deleteWhenNotMapped',
    'Second delete',
    [
      [404, '404 Not Found'],
      [200, '200 OK'],
    ],
  ],
  [
    'skillIdForm',
    'Skill id in the answer to get',
    [
      ['asStored', 'as it was stored'],
      ['otherForm', 'in the other form (…skill.did…)'],
    ],
  ],
  [
    'noAccess',
    'No access to the provider',
    [
      [401, '401 Unauthorized'],
      [403, '403 Forbidden'],
    ],
  ],
  [
    'readProvider',
    'Read of a service provider',
    [
      ['served', 'served'],
      [403, '403 Forbidden'],
      [405, '405, no operation'],
    ],
  ],
  [
    'createWithTakenLogicalId',
    'Create with a logical id in use',
    [
      [400, '400 Bad Request'],
      [409, '409 Conflict'],
    ],
  ],
  [
    'updateProviderStatus',
    'Update of a service provider',
    [
      [200, '200 OK'],
      [204, '204 No Content'],
    ],
  ],
  [
    'deleteProviderStatus',
    'Delete of a service provider',
    [
      [200, '200 OK'],
      [204, '204 No Content'],
    ],
  ],
  [
    'providerBody',
    'Description of a service provider',
    [
      ['full', 'all fields'],
      ['idOnly', 'its id only'],
      ['empty', 'no field'],
    ],
  ],
  [
    'mappingOfDeleted',
    'Mapping of a deleted service provider',
    [
      ['dropped', 'ends with it'],
      ['kept', 'stays'],
    ],
  ],
  [
    'errorBody',
    'Shape of error bodies',
    [
      ['error', '{type, message}'],
      ['message', '{message}'],
      ['codeMessage', '{code, message}'],
    ],
  ],
  [
    'rateLimit',
    'Rate limit',
    [
      [null, 'none'],
      [{ perSecond: 50, burst: 20, retryAfter: 'none', retryAfterSeconds: 1 }, '50 a second, burst 20'],
      [{ perSecond: 5, burst: 5, retryAfter: 'none', retryAfterSeconds: 1 }, '5 a second, burst 5'],
      [{ perSecond: 5, burst: 5, retryAfter: 'seconds', retryAfterSeconds: 2 }, '5 a second, Retry-After: 2'],
      [{ perSecond: 0.2, burst: 1, retryAfter: 'date', retryAfterSeconds: 5 }, '1 in 5 seconds, Retry-After as a date'],
    ],
  ],
  [
    'latencyMs',
    'Latency',
    [
      [null, 'none'],
      [{ min: 20, max: 60 }, '20–60 ms'],
      [{ min: 300, max: 800 }, '0.3–0.8 s'],
      [{ min: 2000, max: 4000 }, '2–4 s'],
    ],
  ],
];

/** The switches of Login with Amazon. */
const loginSwitches = [
  [
    'accessTokenLifetimeS',
    'Lifetime of new access tokens',
    [
      [3600, 'one hour'],
      [60, 'one minute'],
      [5, 'five seconds'],
    ],
  ],
  [
    'refreshTokenOnRefresh',
    'Refresh token in a refresh',
    [
      ['same', 'the same one'],
      ['new', 'a new one'],
      ['omitted', 'none'],
    ],
  ],
  [
    'expiresIn',
    'expires_in',
    [
      ['number', 'as a number'],
      ['string', 'as a string'],
    ],
  ],
  [
    'oldRefreshTokens',
    'Old refresh token after a new one',
    [
      ['stayValid', 'stays valid'],
      ['revoked', 'is revoked'],
    ],
  ],
  [
    'namesScopes',
    'Granted scopes in the token answer',
    [
      [true, 'named'],
      [false, 'not named'],
    ],
  ],
  [
    'withheldScope',
    'A consent leaves out',
    [
      [null, 'nothing'],
      ['amazon_communication::service_provider', 'amazon_communication::service_provider'],
      ['alexa::enterprise:management', 'alexa::enterprise:management'],
      ['profile', 'profile'],
    ],
  ],
  [
    'consent',
    'Consent page',
    [
      ['asked', 'is shown'],
      ['given', 'is left out: consent was given before'],
    ],
  ],
  [
    'scopeRefusal',
    'A scope that the client may not use',
    [
      ['redirect', 'redirects with invalid_scope'],
      ['page', 'ends on a page, 400'],
    ],
  ],
  [
    'invalidClient',
    'Refusal of a wrong client id or secret',
    [
      ['plain401', '401'],
      ['challenge401', '401 with WWW-Authenticate'],
      ['plain400', '400'],
    ],
  ],
];
const switches = [...apiSwitches, ...loginSwitches];

/** Builds an element. Inserts text as text, not HTML: it may contain the hostile text of a fault. */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

let noticeTimer;
function showNotice(text) {
  byId('notice').textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (byId('notice').textContent = ''), 5000);
}

async function call(method, path, body) {
  const response = await window.fetch(`/_simulator/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Sends a request, shows a notice with its result, and refreshes the page. */
async function perform(done, method, path, body) {
  try {
    await call(method, path, body);
    showNotice(done);
  } catch (error) {
    showNotice(`Not done. ${error.message}`);
    drawn.clear(); // redraw, to reset the control that was changed
  }
  await refresh();
}

let catalog = {};
const drawn = new Map();
let state;
const faultInputs = new Map();
const groupCounts = new Map();

async function drawCatalog() {
  catalog = await call('GET', 'catalog');
  const groups = new Map();
  for (const [name, entry] of Object.entries(catalog)) {
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), [name, entry]]);
  }
  byId('catalog').replaceChildren(
    ...[...groups].map(([group, entries], index) => {
      const count = element('span', { className: 'count' });
      groupCounts.set(group, count);
      return element(
        'details',
        { open: index < 2 || group === 'Connection' },
        element('summary', {}, group, ' ', count),
        element('div', { className: 'switches' }, ...entries.map(([name, entry]) => faultSwitch(name, entry))),
      );
    }),
  );
}

function faultSwitch(name, { title, description, operation }) {
  const input = element('input', { type: 'checkbox' });
  input.setAttribute('role', 'switch');
  input.addEventListener('change', () => {
    if (input.checked) void armFault(name, title, operation);
    else
      void disarm(
        title,
        state.faults.filter((fault) => fault.name === name),
      );
  });
  faultInputs.set(name, input);
  return element(
    'label',
    { className: 'switch' },
    input,
    element('span', {}, element('b', {}, title), element('small', {}, description)),
  );
}

/** Whether an operation belongs to Login with Amazon, which has no service providers. */
const isLogin = (operation) => operation === 'authorize' || operation === 'token';

async function armFault(name, title, operation) {
  const target = operation ?? byId('target-operation').value;
  const provider = isLogin(target) ? '' : byId('target-provider').value;
  const delay = byId('target-delay').value;
  await perform(`On: ${title}`, 'POST', 'faults', {
    name,
    operation: target,
    ...(provider !== '' && { serviceProviderId: provider }),
    ...(delay !== '' && { delayMs: Number(delay) }),
    ...JSON.parse(byId('target-often').value),
  });
}

async function disarm(title, faults) {
  for (const { id } of faults) await perform(`Off: ${title}`, 'DELETE', 'faults', { id });
}

function drawSwitches(place, shownSwitches) {
  byId(place).replaceChildren(
    ...shownSwitches.map(([key, label, positions]) => {
      const select = element('select', { id: `switch-${key}` });
      select.append(...positions.map(([value, text]) => element('option', { value: JSON.stringify(value) }, text)));
      select.addEventListener('change', () => {
        void perform(`${label}: ${select.selectedOptions[0].text}`, 'PATCH', 'switches', {
          [key]: JSON.parse(select.value),
        });
      });
      return element('label', {}, label, select);
    }),
  );
}

function showSwitches() {
  for (const [key] of switches) {
    const select = byId(`switch-${key}`);
    const value = JSON.stringify(state.switches[key]);
    if (![...select.options].some((option) => option.value === value))
      select.append(element('option', { value }, `other: ${value}`));
    select.value = value;
  }
}

function showFaults() {
  const targets = Object.fromEntries([...byId('target-operation').options].map(({ value, text }) => [value, text]));
  byId('armed').replaceChildren(
    ...state.faults.map((fault) => {
      const title = catalog[fault.name]?.title ?? fault.name;
      const often =
        fault.count !== undefined
          ? `, ${fault.count - fault.struck} more`
          : fault.probability !== undefined
            ? `, ${Math.round(fault.probability * 100)} %`
            : '';
      const provider = fault.serviceProviderId === undefined ? '' : ` for ${nameOf(fault.serviceProviderId)}`;
      const off = element('button', { type: 'button' }, 'Off');
      off.dataset.focus = fault.id;
      off.setAttribute('aria-label', `Switch off: ${title}`);
      off.addEventListener('click', () => void disarm(title, [fault]));
      return element(
        'li',
        {},
        `${title} on ${targets[fault.operation]}${provider}${often}, struck ${fault.struck}×`,
        off,
      );
    }),
  );
  const armed = new Set(state.faults.map((fault) => fault.name));
  for (const [name, input] of faultInputs) input.checked = armed.has(name);
  for (const [group, count] of groupCounts) {
    const on = [...armed].filter((name) => catalog[name]?.group === group).length;
    count.textContent = on === 0 ? '' : `${on} on`;
  }
}

const nameOf = (id) => {
  const provider = state.providers.find((candidate) => candidate.serviceProviderId === id);
  return provider?.name || id;
};

let shownTruth = new Map();

function showTruth() {
  const truth = new Map();
  byId('provider-count').textContent =
    state.providers.length < state.providerCount
      ? `${state.providers.length} of ${state.providerCount} shown`
      : `${state.providerCount} service providers`;
  byId('truth').replaceChildren(
    ...state.providers.map(({ serviceProviderId, name, skillId, account, writes }) => {
      const total = writes.create + writes.update + writes.delete;
      const signature = `${skillId} ${total}`;
      truth.set(serviceProviderId, signature);
      const before = shownTruth.get(serviceProviderId);
      const row = element(
        'tr',
        { className: before !== undefined && before !== signature ? 'changed' : '' },
        element(
          'th',
          { scope: 'row' },
          name || 'No name',
          account === 'demo' ? undefined : element('small', {}, ' — no access'),
          element('span', { className: 'id' }, serviceProviderId),
        ),
        skillId === null
          ? element('td', {}, element('span', { className: 'none' }, 'not mapped'))
          : element('td', {}, element('code', {}, skillId)),
        element(
          'td',
          {
            className: 'number',
            title: `${writes.create} created, ${writes.update} updated, ${writes.delete} deleted`,
          },
          String(total),
        ),
      );
      return row;
    }),
  );
  shownTruth = truth;
  showTargets();
}

function showTargets() {
  const select = byId('target-provider');
  const listed = state.providers.map(({ serviceProviderId }) => serviceProviderId);
  const offered = [...select.options].slice(1).map(({ value }) => value);
  if (document.activeElement === select || JSON.stringify(listed) === JSON.stringify(offered)) return;
  const chosen = select.value;
  select.replaceChildren(
    select.options[0],
    ...listed.map((id) => element('option', { value: id }, nameOf(id))),
    ...(chosen !== '' && !listed.includes(chosen) ? [element('option', { value: chosen }, chosen)] : []),
  );
  select.value = chosen;
}

const endings = { reset: 'connection reset', clientGone: 'client gave up', open: 'open' };

function showRequests() {
  byId('request-count').textContent = state.requestCount === 0 ? '' : String(state.requestCount);
  byId('no-requests').hidden = state.requestCount > 0;
  byId('requests').replaceChildren(
    ...[...state.requests].reverse().map((request) => {
      const { at, method, operation, serviceProviderId, status, ended, tookEffect, fault, requestId, url } = request;
      const statusText =
        status === undefined
          ? undefined
          : element('span', { className: status < 400 ? 'good' : 'bad' }, String(status));
      const ending = ended === 'answered' ? undefined : element('span', { className: 'warn' }, ` ${endings[ended]}`);
      return element(
        'tr',
        {},
        element('td', { title: `${at}\nrequest id ${requestId}` }, new Date(at).toLocaleTimeString()),
        element('td', { title: url }, operation === 'unknown' ? `${method} ?` : operation),
        element(
          'td',
          {},
          serviceProviderId === undefined ? (isLogin(operation) ? '' : url) : nameOf(serviceProviderId),
        ),
        element('td', {}, statusText, ending),
        element('td', {}, tookEffect ? 'yes' : ''),
        element('td', {}, fault === undefined ? '' : (catalog[fault]?.title ?? fault)),
      );
    }),
  );
}

function showCredentials() {
  const { demo, demoReturnUrls } = state;
  const { origin } = document.location;
  byId('token').textContent = demo.accessToken;
  byId('client').replaceChildren(
    credential('client-id', 'Client id', demo.clientId),
    credential('client-secret', 'Client secret', demo.clientSecret),
    credential('return-url', 'Allowed Return URLs', ...demoReturnUrls),
  );
  byId('credentials').replaceChildren(
    credential('api', 'API endpoint', origin),
    credential('authorization', 'Authorization endpoint', `${origin}/ap/oa`),
    credential('token-endpoint', 'Token endpoint', `${origin}/auth/o2/token`),
    credential('refresh-token', 'Refresh token', demo.refreshToken),
    credential(
      'token-without-scope',
      'Access token without the scope amazon_communication::service_provider',
      demo.accessTokenWithoutScope,
    ),
    credential('other-token', 'Access token of another account', demo.otherAccountAccessToken),
  );
}

/** A labeled value to copy, or several of them. */
function credential(key, label, ...values) {
  return element(
    'div',
    {},
    element('dt', {}, label),
    ...values.map((value, index) => {
      const id = `credential-${key}-${index}`;
      const button = element('button', { type: 'button' }, 'Copy');
      button.dataset.copy = id;
      button.dataset.focus = id;
      button.setAttribute('aria-label', `Copy: ${values.length > 1 ? value : label}`);
      return element('dd', {}, element('code', { id }, value), button);
    }),
  );
}

/** Redraws a part of the page only if its data has changed, to preserve focus and selected text. */
function whenChanged(part, shown, draw) {
  const signature = JSON.stringify(shown);
  if (drawn.get(part) === signature) return;
  drawn.set(part, signature);
  const focused = document.activeElement?.dataset.focus;
  draw();
  if (focused !== undefined) document.querySelector(`[data-focus="${focused}"]`)?.focus();
}

let pollTimer;
/** Reads and shows the state. Repeats while the page is visible. */
async function refresh() {
  clearTimeout(pollTimer);
  const query = new URLSearchParams({
    requests: shownRequests,
    providers: shownProviders,
    filter: byId('filter').value,
  });
  try {
    state = await call('GET', `state?${query}`);
    byId('health').textContent = `Running at ${document.location.host}`;
    byId('health').classList.remove('lost');
    byId('token-valid').checked = state.demoTokenValid;
    whenChanged('credentials', [state.demo, state.demoReturnUrls], showCredentials);
    whenChanged('truth', [state.providers, state.providerCount], showTruth);
    whenChanged('faults', state.faults, showFaults);
    whenChanged('switches', state.switches, showSwitches);
    whenChanged('requests', [state.requests, state.requestCount], showRequests);
  } catch {
    byId('health').textContent = 'Not reachable';
    byId('health').classList.add('lost');
  }
  clearTimeout(pollTimer);
  if (!document.hidden) pollTimer = setTimeout(refresh, pollEveryMs);
}

document.addEventListener('click', (event) => {
  const source = event.target.closest?.('[data-copy]');
  if (!source) return;
  navigator.clipboard.writeText(byId(source.dataset.copy).textContent).then(
    () => showNotice('Copied'),
    () => showNotice('The browser did not allow copying. Select the text instead.'),
  );
});
document.addEventListener('visibilitychange', () => void refresh());
byId('filter').addEventListener('input', () => void refresh());
byId('reset').addEventListener('click', () => void perform('Everything is as it was at the start', 'POST', 'reset'));
byId('clear-faults').addEventListener('click', () => void perform('All faults are off', 'DELETE', 'faults'));
byId('clear-requests').addEventListener('click', () => void perform('Forgotten', 'DELETE', 'requests'));
byId('expire-access-tokens').addEventListener('click', () => {
  void perform('All access tokens have expired', 'PATCH', 'tokens', { accessTokens: 'expired' });
});
byId('revoke-refresh-tokens').addEventListener('click', () => {
  void perform('All refresh tokens are revoked', 'PATCH', 'tokens', { refreshTokens: 'revoked' });
});
byId('token-valid').addEventListener('change', ({ target }) => {
  const change = { token: state.demo.accessToken, state: target.checked ? 'valid' : 'expired' };
  void perform(target.checked ? 'The demo token is valid' : 'The demo token has expired', 'POST', 'tokens', change);
});

drawSwitches('switches', apiSwitches);
drawSwitches('login-switches', loginSwitches);
await drawCatalog();
await refresh();
