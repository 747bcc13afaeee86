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
        "The server's certificate has expired or is not valid yet, or the clock of this computer is wrong. The access token was not sent.",
      ),
      nextSteps: [clock, l10n.t('If they are correct, contact your network administrator.')],
    };
  }
  if (/ALTNAME|COMMON_NAME/.test(detail)) {
    return {
      cause: l10n.t("The server's certificate is for a different host name. The access token was not sent."),
      nextSteps: [
        l10n.t('Check the API endpoint in the settings.'),
        l10n.t('Check in the browser whether the network asks you to sign in first.'),
      ],
    };
  }
  return {
    cause: l10n.t(
      "The server's certificate is not trusted. A company proxy may be inspecting the traffic with its own certificate. The access token was not sent.",
    ),
    nextSteps: [l10n.t("Add your company's certificate to the system, and restart VS Code."), clock],
  };
}

/** Returns what a proxy did with the request, by its response if there was one. */
export function proxyMessage({ status, detail = '' }: ApiFailure): MessageBody {
  const answer = status ?? (detail.startsWith(PROXY_ANSWER) ? Number(detail.slice(PROXY_ANSWER.length)) : undefined);
  const settings = l10n.t('Check the proxy settings of VS Code (http.proxy).');
  if (answer === undefined) {
    return {
      cause: l10n.t(
        'A proxy between this computer and the service cannot be reached, refuses the connection, or requires a user name and password.',
      ),
      nextSteps: [settings],
    };
  }
  if (answer === 407) {
    return {
      cause: l10n.t('A proxy between this computer and the service requires a user name and password.'),
      nextSteps: [l10n.t('Add them to the proxy settings of VS Code (http.proxy), or sign in to the proxy.')],
    };
  }
  if (answer >= 500) {
    return {
      cause: l10n.t('A proxy between this computer and the service cannot reach the service (status {0}).', answer),
      nextSteps: [l10n.t('Try again later. If the problem persists, contact the proxy administrator.'), settings],
    };
  }
  return {
    cause: l10n.t('A proxy between this computer and the service refuses the connection (status {0}).', answer),
    nextSteps: [settings, l10n.t('Ask the proxy administrator to allow the host of the API endpoint.')],
  };
}
