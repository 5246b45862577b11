/** Why a file cannot be read, and what to do. @param reason such as `ENOENT` */
export function unreadable(file: string, reason: string): string {
  return `${file} cannot be read (${reason}). ${readRemedy(reason)}`;
}

/** What to do about a file that cannot be read. @param reason such as `ENOENT` */
export function readRemedy(reason: string): string {
  return readRemedies[reason] ?? remedies[reason] ?? "Check the file, and the disk that it is on.";
}

/** Why a file cannot be written, and what to do. @param reason such as `ENOENT` */
export function unwritable(file: string, reason: string): string {
  if (reason === "EEXIST") return `${file} already exists. Choose another name.`;
  const remedy = writeRemedies[reason] ?? remedies[reason] ?? "Choose another place for it.";
  return `${file} cannot be written (${reason}). ${remedy}`;
}

const remedies: Readonly<Record<string, string>> = {
  ENOTDIR: "A part of its path is a file, not a folder. Correct the path.",
  ELOOP: "Its symbolic links lead in a circle. Correct them.",
  ENAMETOOLONG: "The path is too long. Correct it.",
  EMFILE: "Too many files are open. Raise the limit of open files.",
  ENFILE: "Too many files are open. Raise the limit of open files.",
  EIO: "The disk reports an error. Check the disk, or the share that the file is on.",
};

const permission = "Give the user that runs the broker permission to";

const readRemedies: Readonly<Record<string, string>> = {
  ENOENT: "The file does not exist. Check the path.",
  EISDIR: "It is a folder. Name a file in it.",
  EACCES: `${permission} read it, and to enter the folders on its path.`,
  EPERM: `${permission} read it, and to enter the folders on its path.`,
  ENXIO: "It is a socket or a device. Name a file.",
  ERR_INVALID_ARG_VALUE: "The path contains a NUL character. Correct the path.",
  "larger than 64 KiB": "Check that it is the right file.",
  "not UTF-8": "Save it as UTF-8.",
};

const writeRemedies: Readonly<Record<string, string>> = {
  ENOENT: "Its folder does not exist. Create the folder first.",
  EACCES: `${permission} write to its folder.`,
  EPERM: `${permission} write to its folder.`,
  EROFS: "The disk is read-only. Choose another place for it.",
  ENOSPC: "The disk is full. Free up some space.",
  EDQUOT: "The disk quota is used up. Free up some space.",
};
