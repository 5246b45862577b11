/** A repository on GitHub. */
export interface Repository {
  owner: string;
  repository: string;
}

export interface Adoption {
  /** What the files name today. */
  from: Repository;
  to: Repository;
  /** Who reviews changes, where that was said. */
  codeOwners: string | undefined;
}

/** What the files name before anybody has adopted them. */
export const placeholder = "OWNER";

export const codeOwnersFile = ".github/CODEOWNERS";

const account = "[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]{1,10})?";
const accountPattern = new RegExp(`^${account}$`);
const repositoryPattern = /^(?!\.{1,2}$)(?!.*\.git$)[\w.-]{1,100}$/;
const codeOwnerPattern = new RegExp(`^@${account}(?:/[\\w.-]+)?$`);

/**
 * @param codeOwners as given with `--code-owners`
 * @param named what package.json names as its repository, such as `github:octo-org/octo-repo`
 * @returns what is asked for, or what is wrong with it
 */
export function readAdoption(
  words: readonly string[],
  codeOwners: string | undefined,
  named: unknown,
): Adoption | string {
  const from = /^github:([^/]+)\/([^/]+)$/.exec(String(named));
  if (!from) return 'In package.json, "repository" is not github:OWNER/REPO.';
  const [, fromOwner = "", fromRepository = ""] = from;
  if (words.length !== 1) return "Give one account, or one account and repository: OWNER or OWNER/REPO.";
  const [owner = "", repository = fromRepository, ...others] = words[0]?.split("/") ?? [];
  if (others.length > 0) return "Give OWNER or OWNER/REPO, not a URL or a path.";
  if (owner === placeholder) return `${placeholder} stands for the name of your account. Give that.`;
  if (!accountPattern.test(owner))
    return `${JSON.stringify(owner)} is not the name of an account on GitHub: up to 39 letters and digits, with single hyphens between them.`;
  if (!repositoryPattern.test(repository))
    return `${JSON.stringify(repository)} is not the name of a repository on GitHub: up to 100 letters, digits, and ._-`;
  const wrong = codeOwners?.split(" ").find((word) => !codeOwnerPattern.test(word));
  if (wrong !== undefined)
    return `${JSON.stringify(wrong)} is not a code owner: @user or @organization/team.`;
  return {
    from: { owner: fromOwner, repository: fromRepository },
    to: { owner, repository },
    codeOwners,
  };
}

/** A file's text as it is to be. */
export function adopted(path: string, text: string, { from, to, codeOwners }: Adoption): string {
  // A name may hold what is a pattern in a replacement or in an expression: neither is used as one.
  const repository = new RegExp(
    `(?<![\\w.-])${quoted(from.owner)}/${quoted(from.repository)}(?![\\w-])`,
    "g",
  );
  const changed = text
    .replace(repository, () => `${to.owner}/${to.repository}`)
    .replace(/`[\w-]+`(?=\sis\sthe\saccount\sthat\sholds\sthis\s)/g, () => `\`${to.owner}\``);
  // Those who review for another account are not asked for this one.
  const owners = codeOwners ?? (from.owner === to.owner ? undefined : `@${to.owner}`);
  if (path !== codeOwnersFile || owners === undefined) return changed;
  return changed.replace(/^\* .*$/m, () => `* ${owners}`);
}

function quoted(text: string): string {
  return text.replace(/[.-]/g, "\\$&");
}
