import { type Answer, errorBody } from './answer';

/** The shapes that a fault can give a body. */
export const bodyShapes = [
  'asUsual',
  'error',
  'message',
  'codeMessage',
  'oauthError',
  'empty',
  'html',
  'truncated',
  'wrongType',
  'wrongFields',
  'unknownValues',
  'oversized',
  'hostile',
  'gatewayText',
  'gatewayJson',
  'withMark',
] as const;
export type BodyShape = (typeof bodyShapes)[number];

const oversizedBytes = 8 * 1024 * 1024;

/** Markup, a link that runs a command, terminal codes, bidirectional and invisible characters, a forged line. */
export const hostileText =
  '<img src=x onerror="alert(1)"><script>alert(2)</script> [click me](command:workbench.action.quit) $(alert) ' +
  '\u001b[31mred\u001b]0;title\u0007\u001b[2J \u202Eesrever\u202C \u2066isolate\u2069 z\u200Bero\r\n' +
  '2099-01-01 00:00:00.000 [info] forged line\u0000';

/** A page like those that proxies and load balancers send instead of the service's response. */
const htmlPage = (status: number) =>
  `<!DOCTYPE html><html><head><title>${String(status)}</title></head>` +
  `<body><center><h1>${String(status)} Upstream problem</h1></center><hr><center>proxy</center></body></html>`;

/** How ingresses and gateways respond to an unknown route; the service never does. */
const GATEWAY_TEXT = 'default backend - 404';
const GATEWAY_JSON = { error: 'no route matched' };

/** Correct names with wrong types, for every response of the mapping API and the token endpoint. */
const wrongFields = {
  networkType: 7,
  skillConfiguration: 'amzn1.ask.skill.0',
  serviceProviderId: null,
  status: ['ACTIVE'],
  type: 42,
  message: { text: 'not a string' },
  access_token: 1,
  token_type: [],
  expires_in: {},
  error: 400,
};

/** Correct types with undocumented values. The mapped skill is unchanged. */
const unknownValues = {
  networkType: 'CARRIER_PIGEON',
  serviceProviderId: 'amzn1.comms.csp.id.another',
  status: 'PENDING',
  type: 'I_AM_A_TEAPOT',
  message: 'An unknown kind of answer.',
  access_token: 'Atza|SIMULATOR-token-of-an-unknown-type',
  token_type: 'mac',
  expires_in: -1,
};

const DEFAULT_MESSAGE = 'The simulator was told to fail.';

/** The `skillConfiguration` of a response, if it has one. */
function skillOf({ body, contentType }: Answer): { skillConfiguration?: unknown } {
  const { skillConfiguration } = (contentType === 'application/json' ? JSON.parse(body ?? '{}') : {}) as {
    skillConfiguration?: unknown;
  };
  return skillConfiguration === undefined ? {} : { skillConfiguration };
}

/** The body of a response in the given shape. */
export function bodyInShape(
  shape: BodyShape,
  status: number,
  usual: Answer,
  {
    message = DEFAULT_MESSAGE,
    description = DEFAULT_MESSAGE,
  }: { message?: string | undefined; description?: string | undefined } = {},
): Pick<Answer, 'body' | 'contentType'> {
  const json = (value: unknown) => ({ body: JSON.stringify(value), contentType: 'application/json' });
  const valid = status >= 400 || usual.body === undefined ? JSON.stringify(errorBody(status, message)) : usual.body;
  switch (shape) {
    case 'asUsual':
      return usual;
    case 'error':
    case 'message':
    case 'codeMessage':
      return json(errorBody(status, message, shape));
    case 'oauthError':
      return json({ error: message, error_description: description });
    case 'empty':
      return {};
    case 'html':
      return { body: htmlPage(status), contentType: 'text/html; charset=utf-8' };
    case 'truncated':
      return { body: valid.slice(0, Math.ceil(valid.length / 2)), contentType: 'application/json' };
    case 'wrongType':
      return json(['unexpected', 42]);
    case 'wrongFields':
      return json(wrongFields);
    case 'unknownValues':
      return json({ ...unknownValues, ...skillOf(usual) });
    case 'oversized':
      return {
        body: `${valid.slice(0, -1)},"padding":"${'x'.repeat(oversizedBytes)}"}`,
        contentType: 'application/json',
      };
    case 'gatewayText':
      return { body: GATEWAY_TEXT, contentType: 'text/plain; charset=utf-8' };
    case 'gatewayJson':
      return json(GATEWAY_JSON);
    case 'withMark':
      return { ...usual, ...(usual.body !== undefined && { body: `\uFEFF${usual.body}` }) };
    case 'hostile':
      return json({
        type: '<b>BAD</b>\u001b[31m',
        message: hostileText,
        networkType: 'SKILL',
        skillConfiguration: { skillId: hostileText.slice(0, 255) },
        serviceProviderId: hostileText,
        status: 'ACTIVE',
        access_token: hostileText,
        token_type: 'bearer',
        refresh_token: hostileText,
        scope: hostileText,
        error: hostileText,
        error_description: hostileText,
      });
  }
}
