import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { cancelSignIn, decide, inBrowser, openedAfter, visit, waitingNotification, type Page } from './support/browser';
import { eventually } from './support/eventually';
import { inAnotherWindow, run, signIn, signOut, storedSessions } from './support/extension';
import { answer, choose, enter, enterInVain, goBack, leave, look, type Step } from './support/prompts';
import { lastInputBox, prompts } from './support/quickInputs';
import { expectSpoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure, withUserSetting } from './support/settings';

const METHOD = 'Sign in with the browser';
const SIGNED_IN = 'Signed in to Login with Amazon.';
const CANCELED = 'The sign-in was canceled. Nothing was stored.';

describe('a sign-in with the browser', () => {
  const service = useService();
  const mapped = `Hotel Aurora, mapped to ${SKILL}`;
  let openedBefore: number;

  before(() => configure({ user: [HOTEL] }));
  after(() => configure({}));
  beforeEach(async () => {
    vscodeSpy.setRemote(false);
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    vscodeSpy.clearMessages();
    openedBefore = vscodeSpy.opened.length;
  });
  afterEach(() => signOut());

  const credentials = (): Step[] => [enter(service.control.demo.clientId), enter(service.control.demo.clientSecret)];
  const shownMessage = () =>
    eventually(() => {
      const [message, ...others] = vscodeSpy.messages;
      assert.ok(message);
      assert.deepEqual(others, []);
      return message;
    });
  const isPortFree = async () => {
    const socket = connect(Number(new URL(service.redirectUri).port), '127.0.0.1');
    try {
      await once(socket, 'connect');
      return false;
    } catch {
      return true;
    } finally {
      socket.destroy();
    }
  };
  const expectTold = async (...texts: string[]) => {
    await eventually(() => {
      assert.deepEqual(
        vscodeSpy.messages.map(({ text }) => text),
        texts,
      );
    });
  };
  const expectSignedOut = async () => {
    assert.equal(await storedSessions(), undefined);
    assert.equal(service.tokenRequests, 0);
    assert.equal(await isPortFree(), true);
  };

  it('is the first of three sign-in methods', async () => {
    await answer(
      () => run('signIn'),
      look(({ title, items, active }) => {
        assert.equal(title, 'Sign In');
        assert.deepEqual(
          items.map(({ label }) => label),
          ['Sign in with the browser', 'Paste an access token', 'Paste a refresh token'],
        );
        assert.ok(active === undefined || active === METHOD);
      }),
      leave,
    );
  });

  it('succeeds: the page says so, the session is stored, and the rows are read', async () => {
    let page: Page | undefined;
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      inBrowser({}, (seen) => {
        page = seen;
      }),
    );
    assert.equal(page?.status, 200);
    assert.equal(page.title, 'You are signed in');
    assert.match(page.html, /You can close this page and go back to /);
    await expectSpoken(mapped);
    const state = (await inAnotherWindow((store) => store.read())).byName.get('default');
    assert.ok(state?.type === 'signedIn');
    assert.deepEqual(state.session.scopes, ['alexa::enterprise:management', 'amazon_communication::service_provider']);
    const { refresh } = state.session;
    assert.match(refresh?.token ?? '', /^Atzr\|/);
    const { clientId: id, clientSecret: secret } = service.control.demo;
    assert.deepEqual(refresh?.client, { id, secret });
    assert.equal(service.tokenRequests, 1);
    await expectTold(SIGNED_IN);
    assert.equal(waitingNotification()?.isOpen, false);
    assert.equal(await isPortFree(), true);
  });

  it('sends the documented authorization request with PKCE, and no secret in the URL', async () => {
    const asked: URL[] = [];
    for (let count = 0; count < 2; count++) {
      await answer(
        () => run('signIn'),
        choose(METHOD),
        ...credentials(),
        look(async () => {
          asked.push(await openedAfter(openedBefore + count));
        }),
        cancelSignIn,
      );
    }
    const [first, second] = asked.map(({ searchParams }) => Object.fromEntries(searchParams));
    assert.ok(first && second);
    const { state, code_challenge: challenge, ...others } = first;
    assert.deepEqual(
      asked.map(({ origin, pathname }) => origin + pathname),
      [`${service.url}/ap/oa`, `${service.url}/ap/oa`],
    );
    assert.deepEqual(others, {
      client_id: service.control.demo.clientId,
      scope: 'alexa::enterprise:management amazon_communication::service_provider',
      response_type: 'code',
      redirect_uri: service.redirectUri,
      code_challenge_method: 'S256',
    });
    assert.match(challenge ?? '', /^[\w-]{43}$/);
    assert.ok((state ?? '').length >= 32);
    assert.notEqual(second['state'], state);
    assert.notEqual(second['code_challenge'], challenge);
  });

  it('shows the return URL to allow, with a button that copies it, and goes back a step', async () => {
    await vscode.env.clipboard.writeText('as before');
    const { clientId } = service.control.demo;
    await answer(
      () => run('signIn'),
      choose(METHOD),
      look(async (prompt) => {
        assert.ok(prompt.box?.prompt?.includes(`exactly ${service.redirectUri}`));
        prompt.press('Copy the Return URL');
        await eventually(async () => {
          assert.equal(await vscode.env.clipboard.readText(), service.redirectUri);
        });
      }),
      enter(clientId),
      look(({ box }) => {
        assert.deepEqual([box?.step, box?.totalSteps, box?.password], [2, 2, true]);
      }),
      goBack,
      look(({ box }) => {
        assert.deepEqual([box?.step, box?.totalSteps, box?.password, box?.value], [1, 2, false, clientId]);
      }),
      leave,
    );
    await expectSignedOut();
    assert.equal(vscodeSpy.opened.length, openedBefore);
  });

  it('prompts for the client only the first time, and creates a new session each time', async () => {
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      inBrowser({}, () => undefined),
    );
    const id = async () => {
      const state = (await inAnotherWindow((store) => store.read())).byName.get('default');
      return state?.type === 'signedIn' ? state.session.id : undefined;
    };
    const first = await id();
    await answer(
      () => run('signIn'),
      choose(METHOD),
      inBrowser({}, () => undefined),
    );
    assert.notEqual(await id(), first);
    await expectSpoken(mapped);
  });

  it('accepts the pasted address of the last page', async () => {
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      async (prompt) => {
        const address = await decide(await openedAfter(openedBefore));
        assert.equal(prompt.box?.password, true);
        // As copied from a browser that hides the scheme.
        await enter(` ${address.href.replace('http://', '')} `)(prompt);
      },
    );
    await expectSpoken(mapped);
    await expectTold(SIGNED_IN);
    assert.equal(await isPortFree(), true);
  });

  it('rejects any other pasted address, and says what to paste', async () => {
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      look(async () => {
        await openedAfter(openedBefore);
      }),
      enterInVain('', /^Paste the full address/),
      enterInVain('https://amazon.example/', /It starts with http:\/\/127\.0\.0\.1:/),
      enterInVain(`${service.redirectUri}?code=abc&state=forged`, /from another sign-in/),
      enterInVain(service.redirectUri, /from another sign-in|Paste the full address/),
      cancelSignIn,
    );
    await expectSignedOut();
    await expectTold(CANCELED);
  });

  it('rejects other requests to the redirect URI, keeps waiting, and accepts the response once', async () => {
    const statuses: number[] = [];
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      async (prompt) => {
        const address = await decide(await openedAfter(openedBefore));
        const forged = new URL(address);
        forged.searchParams.set('state', 'forged');
        const noCode = new URL(address);
        noCode.searchParams.delete('code');
        const long = new URL(address);
        long.searchParams.set('x', 'x'.repeat(65_536));
        const otherHost = new URL(address);
        otherHost.hostname = 'localhost';
        for (const wrong of [forged, noCode, long, new URL('/favicon.ico', address), otherHost]) {
          statuses.push((await visit(wrong)).status);
        }
        assert.equal(await storedSessions(), undefined);
        assert.ok(prompt.isOpen);
        const [answered, repeated] = await Promise.allSettled([visit(address), visit(address)]);
        const pages = [answered, repeated].map((each) => (each.status === 'fulfilled' ? each.value.title : 'gone'));
        assert.ok(pages.includes('You are signed in'), pages.join());
        assert.equal(pages.filter((title) => title === 'You are signed in').length, 1);
      },
    );
    const [forged, noCode, tooLong = 0, elsewhere, otherHost] = statuses;
    assert.deepEqual([forged, noCode, elsewhere, otherHost], [400, 400, 404, 421]);
    // Node.js itself rejects oversized headers.
    assert.ok([414, 431].includes(tooLong));
    assert.equal(service.tokenRequests, 1);
    await expectSpoken(mapped);
  });

  it('shows a message and frees the port when canceled, so that a late redirect fails', async () => {
    let late: URL | undefined;
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      look(async () => {
        late = await decide(await openedAfter(openedBefore));
        assert.equal(await isPortFree(), false);
      }),
      cancelSignIn,
    );
    await expectSignedOut();
    assert.ok(late);
    await assert.rejects(visit(late));
    await expectTold(CANCELED);
    assert.equal(waitingNotification()?.isOpen, false);
  });

  describe('with a hidden input box', () => {
    /** Starts a sign-in and hides its box. Returns its promise in an object, so that `await` does not wait for it. */
    const hidden = async (hide: Step) => {
      let isHidden = false;
      const ended = answer(
        () => run('signIn'),
        choose(METHOD),
        ...credentials(),
        look(async () => {
          await openedAfter(openedBefore);
        }),
        async (prompt) => {
          await hide(prompt);
          isHidden = true;
        },
      );
      await eventually(() => {
        assert.ok(isHidden);
      });
      return { ended };
    };
    const openPalette: Step = async (prompt) => {
      await vscode.commands.executeCommand('workbench.action.showCommands');
      await eventually(() => {
        assert.equal(prompt.isOpen, false);
      });
    };
    const closePalette = () => vscode.commands.executeCommand('workbench.action.closeQuickOpen');

    for (const [how, hide] of [
      ['by the Command Palette', openPalette],
      ['with Escape', leave],
    ] as const) {
      it(`${how} continues, and reports its result`, async () => {
        const { ended } = await hidden(hide);
        assert.equal(await isPortFree(), false);
        assert.ok(waitingNotification()?.isOpen);
        const page = await visit(await decide(await openedAfter(openedBefore)));
        assert.equal(page.title, 'You are signed in');
        await ended;
        await closePalette();
        await expectSpoken(mapped);
        await expectTold(SIGNED_IN);
      });
    }

    it('shows the box again on Paste Address… in its notification', async () => {
      const { ended } = await hidden(openPalette);
      await closePalette();
      const link = /^\[Paste Address…\]\(command:([\w.]+)\)$/.exec(waitingNotification()?.message ?? '');
      assert.ok(link?.[1]);
      await vscode.commands.executeCommand(link[1]);
      const box = await eventually(() => {
        const prompt = prompts.at(-1);
        assert.ok(prompt?.isOpen);
        return prompt;
      });
      assert.equal(box.title, 'Sign In with the Browser');
      await enter((await decide(await openedAfter(openedBefore))).href)(box);
      await ended;
      await expectSpoken(mapped);
      await expectTold(SIGNED_IN);
      await vscode.commands.executeCommand(link[1]);
      await expectTold(SIGNED_IN, 'No sign-in is waiting for the browser.');
    });

    it('can be canceled in its notification, and says so', async () => {
      const { ended } = await hidden(leave);
      waitingNotification()?.cancel();
      await ended;
      await expectSignedOut();
      await expectTold(CANCELED);
    });

    it('says so when a newer sign-in replaces it, which continues', async () => {
      const { ended } = await hidden(leave);
      await answer(
        () => run('signIn'),
        choose(METHOD),
        ...credentials(),
        async (prompt) => {
          await ended;
          await visit(await decide(await openedAfter(openedBefore + 1)));
          await eventually(() => {
            assert.equal(prompt.isOpen, false);
          });
        },
      );
      await expectSpoken(mapped);
      await expectTold('The earlier sign-in in the browser was canceled, because you started another one.', SIGNED_IN);
    });
  });

  it('opens the page again on a button', async () => {
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      look(async (prompt) => {
        const first = await openedAfter(openedBefore);
        prompt.press('Open the Sign-In Page Again');
        assert.equal((await openedAfter(openedBefore + 1)).href, first.href);
      }),
      cancelSignIn,
    );
  });

  describe('when the port is in use', () => {
    const other = createServer();
    before(async () => {
      other.listen(Number(new URL(service.redirectUri).port), '127.0.0.1');
      await once(other, 'listening');
    });
    after(() => other.close());

    it('says so and what to do, and opens no page', async () => {
      await answer(() => run('signIn'), choose(METHOD), ...credentials());
      const { severity, text, buttons } = await shownMessage();
      assert.equal(severity, 'error');
      assert.ok(text.startsWith(`The sign-in port is in use. The browser must return to ${service.redirectUri}`));
      assert.match(text, /Close the program that is using this port, then try again\.$/);
      assert.deepEqual(buttons.slice(0, 2), ['Try Again', 'Open Settings']);
      assert.equal(vscodeSpy.opened.length, openedBefore);
      assert.equal(await storedSessions(), undefined);
    });

    it('works without the port when the browser is on another computer: the user pastes the address', async () => {
      vscodeSpy.setRemote(true);
      await answer(
        () => run('signIn'),
        choose(METHOD),
        ...credentials(),
        async (prompt) => {
          const address = await decide(await openedAfter(openedBefore));
          await enter(address.href)(prompt);
        },
      );
      await expectSpoken(mapped);
    });
  });

  it('prompts for the address immediately when the browser is on another computer', async () => {
    vscodeSpy.setRemote(true);
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      look(async ({ box }) => {
        await openedAfter(openedBefore);
        assert.match(box?.prompt ?? '', /paste its address here/);
      }),
      cancelSignIn,
    );
  });

  describe('that fails says why, and stores nothing:', () => {
    const failWith = async (prepare: () => void, decision: 'allow' | 'deny', title: string) => {
      prepare();
      let page: Page | undefined;
      await answer(
        () => run('signIn'),
        choose(METHOD),
        ...credentials(),
        inBrowser({ decision }, (seen) => {
          page = seen;
        }),
      );
      const { severity, text } = await shownMessage();
      assert.equal(severity, decision === 'deny' ? 'information' : 'error');
      assert.ok(text.startsWith(`${title}. `), text);
      assert.equal(page?.title, title);
      assert.equal(await storedSessions(), undefined);
      assert.equal(await isPortFree(), true);
      await expectSpoken('Hotel Aurora, signed out');
      return text;
    };

    it('access was denied', async () => {
      await failWith(() => undefined, 'deny', 'Access was not granted on the consent page');
      assert.equal(service.tokenRequests, 0);
    });

    it('Amazon does not respond', async () => {
      const outage = () => {
        service.control.addFault({ operation: 'token', kind: 'answer', status: 503 });
      };
      await failWith(outage, 'allow', 'Login with Amazon is not available');
    });

    it('the response is a web page', async () => {
      const page = () => {
        service.control.addFault({ operation: 'token', kind: 'answer', status: 400, body: 'html' });
      };
      await failWith(page, 'allow', 'Unexpected response from Login with Amazon');
    });

    it('the code has expired', async () => {
      const expired = () => {
        service.control.addFault({
          operation: 'token',
          kind: 'answer',
          status: 400,
          body: 'oauthError',
          message: 'invalid_grant',
        });
      };
      const text = await failWith(expired, 'allow', 'Login with Amazon refused the sign-in code');
      assert.match(text, /once, within five minutes/);
    });

    it('the secret is wrong; Try Again prompts for it again', async () => {
      const { clientId } = service.control.demo;
      const other = () => {
        service.control.setClient({ clientId, clientSecret: 'amzn1.oa2-cs.v1.renewed' });
      };
      await failWith(other, 'allow', 'Login with Amazon refused the client ID or the client secret');
    });

    it('Amazon rejects a scope; the message names the scope to remove', async () => {
      service.control.setClient({
        clientId: service.control.demo.clientId,
        scopes: ['amazon_communication::service_provider'],
      });
      const shownBefore = prompts.length;
      await answer(
        () => run('signIn'),
        choose(METHOD),
        ...credentials(),
        async (prompt) => {
          const answer = await fetch(await openedAfter(openedBefore), { redirect: 'manual' });
          assert.equal(answer.status, 302);
          assert.equal(
            (await visit(new URL(answer.headers.get('location') ?? ''))).title,
            'Login with Amazon refused a scope',
          );
          await eventually(() => {
            assert.equal(prompt.isOpen, false);
          });
        },
      );
      assert.ok(prompts.length > shownBefore);
      assert.match(
        (await shownMessage()).text,
        /Remove alexa::enterprise:management from the setting alexaNetworkMapping\.scopes/,
      );
      await expectSignedOut();
    });
  });

  it('keeps the previous session when it fails', async () => {
    await signIn(service.accessToken);
    const before = await storedSessions();
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      inBrowser({ decision: 'deny' }, () => undefined),
    );
    await shownMessage();
    assert.equal(await storedSessions(), before);
    await expectSpoken(mapped);
  });

  it('warns that a scope required for mappings was not granted', async () => {
    const without = ['amazon_communication::service_provider'];
    await answer(
      () => run('signIn'),
      choose(METHOD),
      ...credentials(),
      inBrowser({ without }, () => undefined),
    );
    const { severity, text, buttons } = await shownMessage();
    assert.equal(severity, 'warning');
    assert.match(
      text,
      /^You are signed in, but mappings cannot be read or changed, because Amazon did not grant amazon_communication::service_provider\./,
    );
    assert.deepEqual(buttons, ['Sign In Again…']);
    await eventually(async () => {
      await run('refresh');
      vscodeSpy.clearMessages();
      await run('createMapping', { serviceProviderId: HOTEL.id, skillId: SKILL });
      assert.match(vscodeSpy.messages[0]?.text ?? '', /refused the access token|does not allow/);
    });
  });

  it('with invalid settings is rejected with a message before any prompt or page', async () => {
    const boxBefore = lastInputBox();
    for (const [key, value, title] of [
      ['authorizationEndpoint', 'http://amazon.example/ap/oa', 'An endpoint of Login with Amazon in the settings'],
      ['authorizationEndpoint', 'javascript:alert(1)', 'An endpoint of Login with Amazon in the settings'],
      ['tokenEndpoint', 'http://192.168.0.1/token', 'An endpoint of Login with Amazon in the settings'],
      ['redirectUri', 'http://192.168.0.1:9090/cb', 'The redirect URI in the settings'],
      ['redirectUri', 'https://127.0.0.1:9090/cb', 'The redirect URI in the settings'],
      ['redirectUri', 'http://127.0.0.1/cb', 'The redirect URI in the settings'],
      ['scopes', [], 'The scopes in the settings cannot be requested'],
      ['scopes', ['a b'], 'The scopes in the settings cannot be requested'],
    ] as const) {
      vscodeSpy.clearMessages();
      await withUserSetting(key, value, async () => {
        await answer(() => run('signIn'), choose(METHOD));
        await eventually(() => {
          const message = vscodeSpy.messages.find(({ text }) => text.startsWith(title));
          assert.equal(message?.buttons[0], 'Open Settings', JSON.stringify(vscodeSpy.messages));
        });
      });
    }
    assert.equal(lastInputBox(), boxBefore);
    assert.equal(vscodeSpy.opened.length, openedBefore);
    await expectSignedOut();
    assert.deepEqual(service.sent, []);
  });

  it('uses the return URL that Copy Return URL copies, and copies none that it would reject', async () => {
    await run('copyRedirectUri');
    assert.equal(await vscode.env.clipboard.readText(), service.redirectUri);
    assert.match(
      vscodeSpy.messages[0]?.text ?? '',
      new RegExp(`^Copied ${service.redirectUri}\\. Add it to Allowed Return URLs `),
    );
    await vscode.env.clipboard.writeText('as before');
    vscodeSpy.clearMessages();
    await withUserSetting('redirectUri', 'https://127.0.0.1:9090/cb', async () => {
      await run('copyRedirectUri');
      await eventually(() => {
        const [message] = vscodeSpy.messages;
        assert.match(message?.text ?? '', /^The redirect URI in the settings cannot be used\. Only http is supported/);
        assert.deepEqual(message?.buttons, ['Open Settings']);
      });
    });
    assert.equal(await vscode.env.clipboard.readText(), 'as before');
  });
});
