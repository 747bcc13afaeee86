/** The response of the service, before a fault changes it. */
export interface Answer {
  status: number;
  /** Absent: the response has no body. */
  body?: string;
  /** Only read when there is a body. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** A response and the change that goes with it. Nothing has changed until `effect` is called. */
export interface Plan {
  answer: Answer;
  effect?: () => void;
}

export function jsonAnswer(status: number, body: unknown, headers?: Record<string, string>): Answer {
  return {
    status,
    body: JSON.stringify(body),
    contentType: 'application/json',
    ...(headers && { headers }),
  };
}

/** The three shapes of error bodies that APIs on these hosts use; `error` is the documented one. */
export const errorShapes = ['error', 'message', 'codeMessage'] as const;
export type ErrorShape = (typeof errorShapes)[number];

/** The reference documents only `BAD_REQUEST`; the others are the names of their status. */
const errorTypes: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  500: 'SERVER_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};

/** The Error object (Service Provider Network Mapping REST API Reference, "Error object"), or one of the other shapes. */
export function errorBody(status: number, message: string, shape: ErrorShape = 'error'): Record<string, string> {
  const type = errorTypes[status] ?? `HTTP_${status}`;
  switch (shape) {
    case 'error':
      return { type, message };
    case 'message':
      return { message };
    case 'codeMessage':
      return { code: type, message };
  }
}
