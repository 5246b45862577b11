import type { Users } from "../users/users.ts";

/**
 * Users of which most are never asked for while the host lives for one request: they are opened, and their secrets
 * read, as they are needed.
 *
 * @param open opens some users, by their IDs
 */
export function usersOnDemand(open: (ids: readonly string[]) => Promise<Users>): Users {
  const groups: { ids: ReadonlySet<string>; users: Promise<Users> }[] = [];

  /** Those of one rule are opened together, since each may take the place of another. */
  function openGroup(ids: readonly string[]): Promise<Users> {
    const known = groups.find((group) => ids.every((id) => group.ids.has(id)));
    if (known) return known.users;
    const users = open(ids);
    groups.push({ ids: new Set(ids), users });
    return users;
  }

  return {
    mint: async (order) => (await openGroup(order.users)).mint(order),
    list: async (user) => (await openGroup([user])).list(user),
    end: async (user, listed, tokenId) => (await openGroup([user])).end(user, listed, tokenId),
    endSelf: async (minted) => (await openGroup([minted.user])).endSelf(minted),
    correct: async (ids) => (await openGroup(ids)).correct(ids),
    states: async () => [],
    queueLength: 0,
    close: async () => {
      await Promise.all(groups.map(async ({ users }) => (await users).close()));
    },
  };
}
