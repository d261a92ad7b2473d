#!/usr/bin/env ruby
# frozen_string_literal: true

# LoginKey, version 1. LATCHKEY_API_KEY=... ruby loginkey.rb PARTNER_ID PARTNER_USER_ID EXPIRES
require "openssl"

# Signs the ids as they are, decoded and untrimmed, in UTF-8; expires is in Unix seconds.
def make_login_key(api_key, partner_id, partner_user_id, expires)
  raise ArgumentError, "the API key is empty" if api_key.to_s.empty?
  unless /\A[1-9][0-9]{9}\z/.match?(expires.to_s)
    raise ArgumentError, "expires is Unix seconds, 10 digits (not milliseconds)"
  end

  mac = OpenSSL::HMAC.digest("SHA256", api_key, "#{partner_id}#{partner_user_id}1#{expires}")
  "$1$#{expires}$#{[mac].pack("m0").tr("+/", "-_").delete("=")}"
end

if __FILE__ == $PROGRAM_NAME
  begin
    puts make_login_key(ENV["LATCHKEY_API_KEY"], *ARGV)
  rescue ArgumentError => error
    abort error.message
  end
end
