import { webcrypto } from 'node:crypto';

const KEY_BYTES = 32;
const IV_BYTES = 12;

/**
 * Decrypts the secret storage of VS Code for browsers, and returns the values by key. It is encrypted as a whole: AES-256-GCM with a
 * key of two halves, one stored with the ciphertext and one on the server (`ServerKeyedAESCrypto` of VS Code).
 *
 * @param sealed in base64, from the browser's local storage under `secrets.provider`
 * @param serverHalf the server's response to `/mint-key`
 */
export async function unsealed(sealed: string, serverHalf: Uint8Array): Promise<Record<string, string>> {
  const bytes = Buffer.from(sealed, 'base64');
  const key = bytes.subarray(0, KEY_BYTES).map((byte, index) => byte ^ (serverHalf[index] ?? 0));
  const iv = bytes.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES);
  const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const text = await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv }, imported, bytes.subarray(KEY_BYTES + IV_BYTES));
  return JSON.parse(Buffer.from(text).toString()) as Record<string, string>;
}
