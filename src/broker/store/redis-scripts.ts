import { longestMintMs } from "./counts.ts";
import { keptForKeys, writesOfToken } from "./writes.ts";

/*
 * What is counted in Redis, in its own terms, so that no operation sends all that is counted there and back, and each is
 * atomic however many instances there are. `memory-store.ts` counts the same in memory; one property test holds both together.
 *
 * A user has `:live`, a sorted set of its live tokens by the time at which they expire; `:leases`, a hash of what is
 * known of those that a broker made; and `:writes`, a hash, where writes are scarce. A rule has `:live` and `:asked`,
 * sorted sets of leases. All keys of a broker lie in one slot of a cluster, so scripts build some of them.
 */

/** Longer than any token of a broker lives: a lease that was not touched for so long counts nothing any more. */
const keepMs = 26 * 3_600_000;
const hourMs = 3_600_000;

const common = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Kept until the last member is over, and for a while: what never expires is never forgotten.
local function add(key, score, member)
  redis.call('ZADD', key, score, member)
  local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
  if last == 'inf' then
    redis.call('PERSIST', key)
  else
    redis.call('PEXPIREAT', key, string.format('%.0f', math.max(tonumber(last), now) + ${keepMs}))
  end
end

local function first(key)
  local found = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if found[2] and found[2] ~= 'inf' then return tonumber(found[2]) end
end`;

/** Members of a user's \`:live\`: \`lease ID\` for what a broker made, \`token ID\` for the other tokens on its list. */
const ofUsers = `${common}

local function forget(user)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', user .. ':live', '-inf', now)) do
    redis.call('ZREM', user .. ':live', member)
    redis.call('HDEL', user .. ':leases', member)
  end
end

local function leaseOf(user, member)
  local text = redis.call('HGET', user .. ':leases', member)
  if text then return cjson.decode(text) end
end

local function keep(user, member, lease, expiresAt)
  redis.call('HSET', user .. ':leases', member, cjson.encode(lease))
  redis.call('PEXPIRE', user .. ':leases', ${keepMs})
  add(user .. ':live', expiresAt, member)
end

local function drop(user, member)
  redis.call('ZREM', user .. ':live', member)
  redis.call('HDEL', user .. ':leases', member)
end

-- Ends the leases that are over, in the counts of their rules as well, and returns how many they were.
local function endLeases(user, rules, isOver)
  local all, count = redis.call('HGETALL', user .. ':leases'), 0
  for at = 1, #all, 2 do
    local lease = cjson.decode(all[at + 1])
    if isOver(lease) then
      drop(user, all[at])
      count = count + 1
      redis.call('ZREM', rules .. lease.rule .. ':live', string.sub(all[at], 7))
    end
  end
  return count
end

local function countLive(user)
  forget(user)
  local unmade = 0
  for _, text in ipairs(redis.call('HVALS', user .. ':leases')) do
    if not cjson.decode(text).token then unmade = unmade + 1 end
  end
  return redis.call('ZCARD', user .. ':live'), unmade
end

local function tokensLeft(remaining, live, unmade)
  return math.floor((remaining - live - unmade - ${keptForKeys}) / ${writesOfToken})
end`;

/** KEYS: the rule, what is taken once. ARGV: lease, its lifetime, how long the second key is kept, max_live, per_hour. */
const admit = `${common}
local live, asked = KEYS[1] .. ':live', KEYS[1] .. ':asked'
local maxLive, perHour = tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', live, '-inf', now)
redis.call('ZREMRANGEBYSCORE', asked, '-inf', now - ${hourMs})
if perHour and redis.call('ZCARD', asked) >= perHour then
  return {'per_hour', (first(asked) or now) + ${hourMs} - now}
end
if maxLive and redis.call('ZCARD', live) >= maxLive then return {'max_live', (first(live) or now) - now} end
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[3]) then return {'reused'} end
add(live, now + tonumber(ARGV[2]), ARGV[1])
if perHour then add(asked, now, ARGV[1]) end
return {'admitted'}`;

/** KEYS: the rule. ARGV: the lease. */
const withdraw = `
redis.call('ZREM', KEYS[1] .. ':live', ARGV[1])
redis.call('ZREM', KEYS[1] .. ':asked', ARGV[1])`;

/**
 * KEYS: users. ARGV: lease, rule, lifetime, then each user's limit, and how many rules share it. Returns the number of a
 * user and what is left of its room; or 0, the time until there is room, and whether all users are out of writes.
 */
const takeRoom = `${ofUsers}
local rule = ARGV[2]

-- When there are writes again, where there are too few.
local function outOfWritesUntil(user, rules)
  local writes = redis.call('HMGET', user .. ':writes', 'remaining', 'resetsAt', 'budget', 'taken ' .. rule)
  if not writes[1] then return nil end
  local resetsAt = tonumber(writes[2])
  if resetsAt <= now then
    redis.call('DEL', user .. ':writes')
    return nil
  end
  if tokensLeft(tonumber(writes[1]), countLive(user)) < 1 then return resetsAt end
  if rules > 1 and tonumber(writes[4] or 0) >= math.ceil(tonumber(writes[3]) / rules) then return resetsAt end
end

local best, most, out, writesAt, freeAt = nil, 0, 0, nil, nil
for at, user in ipairs(KEYS) do
  forget(user)
  local limit, rules = tonumber(ARGV[2 * at + 2]), tonumber(ARGV[2 * at + 3])
  local left = limit - redis.call('ZCARD', user .. ':live')
  local resetsAt = outOfWritesUntil(user, rules)
  local ends = first(user .. ':live')
  if ends then freeAt = math.min(freeAt or ends, ends) end
  if resetsAt then
    out = out + 1
    writesAt = math.min(writesAt or resetsAt, resetsAt)
  elseif left > most then
    best, most = at, left
  end
end
if not best and out == #KEYS then return {0, writesAt - now, 1} end
if not best then return {0, freeAt and freeAt - now or -1, 0} end
local user = KEYS[best]
local counted = redis.call('EXISTS', user .. ':writes') == 1
if counted then redis.call('HINCRBY', user .. ':writes', 'taken ' .. rule, 1) end
keep(user, 'lease ' .. ARGV[1], {rule = rule, madeAt = now, counted = counted}, now + tonumber(ARGV[3]))
return {best, most - 1}`;

/** KEYS: the user, what rules begin with. ARGV: lease, token, when it expires. */
const keepRoom = `${ofUsers}
local member = 'lease ' .. ARGV[1]
local lease = leaseOf(KEYS[1], member)
if not lease then return end
lease.token, lease.madeAt = ARGV[2], now
keep(KEYS[1], member, lease, ARGV[3])
add(KEYS[2] .. lease.rule .. ':live', ARGV[3], ARGV[1])`;

/** KEYS: the user. ARGV: the lease. */
const giveRoomBack = `${ofUsers}
local member = 'lease ' .. ARGV[1]
local lease = leaseOf(KEYS[1], member)
if not lease then return end
local writes, taken = KEYS[1] .. ':writes', 'taken ' .. lease.rule
if lease.counted and tonumber(redis.call('HGET', writes, taken) or 0) > 0 then
  redis.call('HINCRBY', writes, taken, -1)
end
drop(KEYS[1], member)`;

/** KEYS: the user. ARGV: how many writes are left, and until when. Within one hour the least holds. */
const noteWrites = `${ofUsers}
local writes = KEYS[1] .. ':writes'
local remaining, resetsAt = tonumber(ARGV[1]), tonumber(ARGV[2])
local known = redis.call('HMGET', writes, 'resetsAt', 'remaining')
if known[1] and tonumber(known[1]) > resetsAt then return end
if known[1] and tonumber(known[1]) == resetsAt then
  if remaining < tonumber(known[2]) then redis.call('HSET', writes, 'remaining', remaining) end
  return
end
local live, unmade = countLive(KEYS[1])
redis.call('DEL', writes)
local budget = math.max(0, tokensLeft(remaining, live - unmade, 0))
redis.call('HSET', writes, 'remaining', remaining, 'resetsAt', ARGV[2], 'budget', budget)
redis.call('PEXPIRE', writes, ${keepMs})`;

/** KEYS: the user, what rules begin with. ARGV: tokens. */
const ended = `${ofUsers}
local over = {}
for _, token in ipairs(ARGV) do
  over[token] = true
  redis.call('ZREM', KEYS[1] .. ':live', 'token ' .. token)
end
endLeases(KEYS[1], KEYS[2], function(lease) return lease.token and over[lease.token] end)`;

/** KEYS: the user, what rules begin with. ARGV: when the list was asked for, then each token and when it expires. Returns how many leases ended. */
const correct = `${ofUsers}
local askedAt, listed = tonumber(ARGV[1]), {}
for at = 2, #ARGV, 2 do listed[ARGV[at]] = ARGV[at + 1] end
local count = endLeases(KEYS[1], KEYS[2], function(lease)
  -- Whoever took it is gone: if there is a token, it is on the list, and counts as one of the others.
  if not lease.token then return lease.madeAt + ${longestMintMs} < askedAt end
  return lease.madeAt < askedAt and not listed[lease.token]
end)
for _, text in ipairs(redis.call('HVALS', KEYS[1] .. ':leases')) do
  local token = cjson.decode(text).token
  if token then listed[token] = nil end
end
for _, member in ipairs(redis.call('ZRANGE', KEYS[1] .. ':live', 0, -1)) do
  if string.sub(member, 1, 6) == 'token ' then redis.call('ZREM', KEYS[1] .. ':live', member) end
end
for token, expiresAt in pairs(listed) do add(KEYS[1] .. ':live', expiresAt, 'token ' .. token) end
return count`;

/** KEYS: users. */
const occupancy = `${ofUsers}
local counts = {}
for at, user in ipairs(KEYS) do
  forget(user)
  counts[at] = redis.call('ZCARD', user .. ':live')
end
return counts`;

/** KEYS: the key. ARGV: how long it is kept. */
const firstSeen = `${common}
redis.call('SET', KEYS[1], string.format('%.0f', now), 'NX', 'PX', ARGV[1])
return tonumber(redis.call('GET', KEYS[1]))`;

const currentTime = `${common}
return now`;

export const redisScripts = {
  admit,
  withdraw,
  takeRoom,
  keepRoom,
  giveRoomBack,
  noteWrites,
  ended,
  correct,
  occupancy,
  firstSeen,
  currentTime,
} as const;

export type RedisScript = keyof typeof redisScripts;
