-- Posts credentials from a file, one body a line, each connection from a place of its own.
local requests = {}
local index = 0

function init(args)
  local headers = { ["content-type"] = "application/json" }
  for name, value in pairs(wrk.headers) do headers[name] = value end
  for body in io.lines(os.getenv("LATCHKEY_BODIES")) do
    requests[#requests + 1] = wrk.format("POST", "/services/AuthorizationService.svc/rest/Authorize?service=webservices", headers,
      body)
  end
  math.randomseed(os.time())
  index = math.random(#requests)
end

function request()
  index = index % #requests + 1
  return requests[index]
end
