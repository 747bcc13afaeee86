import { expect, it } from 'vitest';
import { promptForText } from '../../../../src/editor/prompts/promptForText';
import { user } from '../../../support/fakeVscode';

it('stays open while the user fetches the value elsewhere, and masks a secret', async () => {
  for (const secret of [true, false]) {
    user.will((prompt) => {
      if (prompt.type !== 'input') throw new Error(`a prompt of the type ${prompt.type}`);
      expect(prompt.box.ignoreFocusOut).toBe(true);
      expect(prompt.box.password).toBe(secret);
      prompt.box.hide();
    });
    const check = (text: string) => ({ ok: true as const, value: text });
    expect(await promptForText({ title: 'Title', prompt: 'Prompt', secret, check })).toBeUndefined();
  }
});
