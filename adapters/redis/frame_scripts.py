"""The Lua scripts of the frame exchange. Redis (5 or newer) executes each script atomically."""

RENEW_LEASE = """
-- Renew the lease, or acquire it if it is free; return the fence and the device types that processes watch.
-- KEYS: lease, fence, watched
-- ARGV: token, lifetimes of the lease and of a watched type in ms, device types
-- A fence is at least the current time, so that fences increase even if Redis has lost its data.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('GET', KEYS[1])
if not stored then
  local fence = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, now_ms)
  stored = string.format('%.0f:%s', fence, ARGV[1])
  redis.call('SET', KEYS[2], string.format('%.0f', fence))
end
local fence, token = string.match(stored, '^(%d+):(.*)$')
local is_ours = token == ARGV[1] and 1 or 0
if is_ours == 1 then
  redis.call('SET', KEYS[1], stored, 'PX', ARGV[2])
end
for index = 4, #ARGV do
  redis.call('ZADD', KEYS[3], now_ms + ARGV[3], ARGV[index])
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now_ms)
return {is_ours, fence, redis.call('ZRANGE', KEYS[3], 0, -1)}
"""

RELEASE_LEASE = """
-- Release the lease if this process holds it.
-- KEYS: lease
-- ARGV: token
local stored = redis.call('GET', KEYS[1])
if stored and string.match(stored, ':(.*)$') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
"""

PUBLISH_FRAME = """
-- Add a frame if this process holds the lease and the frame follows the newest one; return outcome and position.
-- KEYS: lease, head, frames, checkpoint
-- ARGV: lease as stored, call id, state it starts from ('' at the start of a stream), fence, stream_id, seq, update,
--   checkpoint ('' for none), maximum number of frames, retention in ms
-- The call id makes a retry safe: if the reply was lost, the repeated call returns the first outcome.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return {'lease lost', ''}
end
local head = redis.call('HMGET', KEYS[2], 'call', 'at', 'position')
if head[1] == ARGV[2] then
  return {'shared', head[3]}
end
if ARGV[3] ~= '' and head[2] ~= ARGV[3] then
  return {'out of sequence', ''}
end
local position = redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[9], '*',
  'fence', ARGV[4], 'stream_id', ARGV[5], 'seq', ARGV[6], 'update', ARGV[7])
redis.call('HSET', KEYS[2], 'call', ARGV[2], 'at', ARGV[5] .. ':' .. ARGV[6], 'position', position)
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[4], 'position', position, 'state', ARGV[8])
end
for index = 2, 4 do
  redis.call('PEXPIRE', KEYS[index], ARGV[10])
end
return {'shared', position}
"""
