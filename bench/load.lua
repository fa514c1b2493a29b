-- KIND, PATH, FILE and SEED stand above, written by bench/__main__.py.
local values, i = {}, 0
local GIVEN = { "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超" }
for line in io.lines(FILE) do values[#values + 1] = line end
math.randomseed(SEED)

local function encoded(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end))
end

request = function()
  i = i + 1
  if KIND == "ids" then return wrk.format("GET", PATH .. values[math.random(#values)]) end
  if KIND == "search" then return wrk.format("GET", PATH .. encoded(values[math.random(#values)])) end
  if KIND == "create" then
    local phone = string.format("13%09d", (SEED * 131 + i * 7919) % 1000000000)
    -- New people, as leads are: of whom nobody is known yet.
    local body = string.format(
      '{"name":"李%s","company":"上海%06x贸易有限公司","source_id":"%s","phone":"%s","need":"报价"}',
      GIVEN[math.random(#GIVEN)] .. GIVEN[math.random(#GIVEN)], math.random(0, 0xffffff), values[1], phone)
    return wrk.format("POST", PATH, {["Content-Type"] = "application/json", ["Authorization"] = wrk.headers["Authorization"]}, body)
  end
  if KIND == "collect" then
    -- What t.js sends when a page is left: five events of one session, as text, of a browser.
    local events, session = {}, string.format("%08x%08x%016x", SEED, i, math.random(0, 0x7fffffff))
    for n, kind in ipairs({ "pageview", "click", "click", "form", "leave" }) do
      events[n] = string.format(
        '{"ago":%d,"kind":"%s","session":"%s","visitor":null,"consent":false,"url":"https://www.example.com/landing",'
          .. '"title":"三天上线","referrer":"www.baidu.com","utm_source":"baidu","utm_medium":"cpc","utm_campaign":"k1"}',
        (6 - n) * 900, kind, session)
    end
    return wrk.format("POST", PATH, {
      ["Content-Type"] = "text/plain;charset=UTF-8", ["User-Agent"] = "Mozilla/5.0 (iPhone) Mobile",
    }, '{"events":[' .. table.concat(events, ",") .. "]}")
  end
  local path = PATH .. values[i] .. (PATH:find("/api/") and "/confirm" or "")
  return wrk.format("POST", path, {
    ["Content-Type"] = "application/json", ["If-Match"] = '"1"', ["Authorization"] = wrk.headers["Authorization"],
  }, '{"by":"phone"}')
end
