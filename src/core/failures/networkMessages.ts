import * as l10n from '@vscode/l10n';
import type { FailureMessage } from './failureMessage';
import { PROXY_ANSWER, type ApiFailure } from './apiFailure';

type MessageBody = Pick<FailureMessage, 'cause' | 'nextSteps'>;

/** Returns why a certificate is not trusted, by the error code of Node.js or Chromium. */
export function certificateMessage({ detail = '' }: ApiFailure): MessageBody {
  const clock = l10n.t('Check the date and time of this computer.');
  if (/EXPIRED|NOT_YET_VALID|DATE_INVALID/.test(detail)) {
    return {
      cause: l10n.t(
        'The certificate of whoever answered in the name of the service is not valid today, or the clock of this computer is wrong. The access token was not sent.',
      ),
      nextSteps: [clock, l10n.t('If it is right, ask who runs your network.')],
    };
  }
  if (/ALTNAME|COMMON_NAME/.test(detail)) {
    return {
      cause: l10n.t(
        'Whoever answered in the name of the service has a certificate for another name. The access token was not sent.',
      ),
      nextSteps: [
        l10n.t('Check the API endpoint in the settings.'),
        l10n.t('Check that you are online, without the sign-in page of a network in between.'),
      ],
    };
  }
  return {
    cause: l10n.t(
      'This computer does not trust who answered in the name of the service. Often a company proxy inspects the traffic with a certificate of its own. The access token was not sent.',
    ),
    nextSteps: [l10n.t('Add the certificate of your company to the system, and restart VS Code.'), clock],
  };
}

/** Returns what a proxy did with the request, by its response if there was one. */
export function proxyMessage({ status, detail = '' }: ApiFailure): MessageBody {
  const answer = status ?? (detail.startsWith(PROXY_ANSWER) ? Number(detail.slice(PROXY_ANSWER.length)) : undefined);
  const settings = l10n.t('Check the proxy settings of VS Code (http.proxy).');
  if (answer === undefined) {
    return {
      cause: l10n.t(
        'A proxy between this computer and the service cannot be reached, refuses the connection, or wants a user name and password.',
      ),
      nextSteps: [settings],
    };
  }
  if (answer === 407) {
    return {
      cause: l10n.t('A proxy between this computer and the service wants a user name and password.'),
      nextSteps: [l10n.t('Add them to the proxy settings of VS Code (http.proxy), or sign in to the proxy.')],
    };
  }
  if (answer >= 500) {
    return {
      cause: l10n.t('A proxy between this computer and the service cannot reach the service (status {0}).', answer),
      nextSteps: [l10n.t('Try again later. If it stays so, ask who runs the proxy.'), settings],
    };
  }
  return {
    cause: l10n.t('A proxy between this computer and the service refuses the connection (status {0}).', answer),
    nextSteps: [settings, l10n.t('Ask who runs the proxy to permit the host of the API endpoint.')],
  };
}
