import * as vscode from 'vscode';

/** How the names of mapping files end. */
export const MAPPING_FILE_ENDING = '.network-mappings.json';

/** The pattern of mapping files. */
export const MAPPING_FILES = `**/*${MAPPING_FILE_ENDING}`;

/** Whether this is a mapping file that can be edited: not one of another time, as in a comparison with git. */
export function isMappingFile({ path, scheme }: vscode.Uri): boolean {
  return (
    path.endsWith(MAPPING_FILE_ENDING) &&
    (scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true)
  );
}

/** Returns the name of a file, without its folder. */
export function fileNameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
