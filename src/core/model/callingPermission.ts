/**
 * The permission in the manifest of a skill that handles calls. Access depends on it, besides the scopes of the token.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/get-started-calling-api-for-asp.html
 */
export const CALLING_PERMISSION = 'amazon_communication::calling';
