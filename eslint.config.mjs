import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const BUILD = ['esbuild.js', 'eslint.config.mjs', '.dependency-cruiser.cjs', '.ci/*.{js,mjs}'];
const PAGES = 'media/*.js';

export default defineConfig(
  { ignores: ['dist/', '.vscode-test/', 'test-results/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', ...BUILD, PAGES],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json', '.ci/tsconfig.json', 'media/tsconfig.json'] } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  {
    files: [...BUILD, PAGES],
    rules: {
      // Node.js runs most of the build files as CommonJS.
      '@typescript-eslint/no-require-imports': 'off',
      // This rule does not see types in comments.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // The test tools are command-line programs, which write to the console.
    files: ['test/**/*.ts', '**/*.{js,mjs,cjs}'],
    ignores: [PAGES],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    // The message types load those of Node.js too, so the type check accepts globals that a page does not have.
    files: [PAGES],
    languageOptions: {
      globals: {
        acquireVsCodeApi: 'readonly',
        window: 'readonly',
        document: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        HTMLElement: 'readonly',
        HTMLInputElement: 'readonly',
        HTMLTableElement: 'readonly',
      },
    },
  },
);
