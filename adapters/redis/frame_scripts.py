"""What is asked of Redis in one move: each script is carried out as a whole or not at all (Redis ≥ 5)."""

HOLD = """
-- Keeps the lease or takes one that is free; says who watches what.
-- KEYS lease, fence, wanted; ARGV token, life of the lease and of the wishes in ms, device types
-- Fences are times, so that they go up even where Redis has lost what it held.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('GET', KEYS[1])
if not held then
  local fence = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, now_ms)
  held = string.format('%.0f:%s', fence, ARGV[1])
  redis.call('SET', KEYS[2], string.format('%.0f', fence))
end
local fence, token = string.match(held, '^(%d+):(.*)$')
local is_ours = token == ARGV[1] and 1 or 0
if is_ours == 1 then
  redis.call('SET', KEYS[1], held, 'PX', ARGV[2])
end
for index = 4, #ARGV do
  redis.call('ZADD', KEYS[3], now_ms + ARGV[3], ARGV[index])
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now_ms)
return {is_ours, fence, redis.call('ZRANGE', KEYS[3], 0, -1)}
"""

RELEASE = """
-- Frees the lease where it is ours. KEYS lease; ARGV token
local held = redis.call('GET', KEYS[1])
if held and string.match(held, ':(.*)$') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
"""

SHARE = """
-- Adds a frame for who holds the lease, where it follows on the newest; says what became of it and its place.
-- KEYS lease, head, frames, whole
-- ARGV lease as held, call, where it starts ('' where it begins a stream), fence, stream_id, seq, move, whole,
--   how many frames to keep, how long in ms
-- Asked twice, because the first answer was lost, it is done once.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return {'lease lost', ''}
end
local head = redis.call('HMGET', KEYS[2], 'call', 'at', 'place')
if head[1] == ARGV[2] then
  return {'shared', head[3]}
end
if ARGV[3] ~= '' and head[2] ~= ARGV[3] then
  return {'out of sequence', ''}
end
local place = redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[9], '*',
  'fence', ARGV[4], 'stream_id', ARGV[5], 'seq', ARGV[6], 'move', ARGV[7])
redis.call('HSET', KEYS[2], 'call', ARGV[2], 'at', ARGV[5] .. ':' .. ARGV[6], 'place', place)
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[4], 'place', place, 'whole', ARGV[8])
end
for index = 2, 4 do
  redis.call('PEXPIRE', KEYS[index], ARGV[10])
end
return {'shared', place}
"""
