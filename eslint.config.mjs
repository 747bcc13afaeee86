import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The files of each TypeScript project. */
const CODE = '**/*.ts';
const BUILD = ['esbuild.js', 'eslint.config.mjs', '.dependency-cruiser.cjs', '.ci/*.{js,mjs}'];

export default defineConfig(
  { ignores: ['dist/', '.vscode-test/', 'test-results/', 'media/'] },
  eslint.configs.recommended,
  {
    files: [CODE, ...BUILD],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json', '.ci/tsconfig.json'] } },
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
    files: BUILD,
    rules: {
      // Node.js runs most of these files as CommonJS.
      '@typescript-eslint/no-require-imports': 'off',
      // This rule does not see types in comments.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // The test tools are command-line programs, which write to the console.
    files: ['test/**/*.ts', '**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
