// LoginKey, version 1. LATCHKEY_API_KEY=... LoginKey PARTNER_ID PARTNER_USER_ID EXPIRES
using System;
using System.Security.Cryptography;
using System.Text;

public static class LoginKey {
    /// <param name="expires">Unix seconds. The ids are signed as they are, decoded and untrimmed.</param>
    public static string Make(string apiKey, string partnerId, string partnerUserId, long expires) {
        if (string.IsNullOrEmpty(apiKey)) throw new ArgumentException("the API key is empty");
        if (expires < 1000000000 || expires > 9999999999)
            throw new ArgumentException("expires is Unix seconds, 10 digits (not milliseconds)");
        using (var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(apiKey))) {
            var mac = hmac.ComputeHash(Encoding.UTF8.GetBytes(partnerId + partnerUserId + "1" + expires));
            return "$1$" + expires + "$" + Convert.ToBase64String(mac).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }
    }

    public static int Main(string[] args) {
        try {
            var apiKey = Environment.GetEnvironmentVariable("LATCHKEY_API_KEY") ?? "";
            if (args.Length != 3 || !long.TryParse(args[2], out var expires) || expires.ToString() != args[2])
                throw new ArgumentException("expected PARTNER_ID PARTNER_USER_ID EXPIRES (Unix seconds)");
            Console.WriteLine(Make(apiKey, args[0], args[1], expires));
            return 0;
        } catch (ArgumentException error) { Console.Error.WriteLine(error.Message); return 1; }
    }
}
