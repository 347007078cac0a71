using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace HubertSharp.Dashboard;

/// <summary>
/// The token without which nothing is answered: once as <c>?token=</c>, which sets a cookie, or as a header
/// <c>Authorization: Bearer</c> from programs. Compared by hash and in constant time; the cookie does not hold the token itself.
/// </summary>
internal sealed class AccessToken
{
    private const string Scheme = "Bearer ";
    private const int RandomBytes = 24, MaximumLength = 256;
    private readonly byte[] _token;
    private readonly string _session;
    private readonly byte[] _sessionHash;

    /// <exception cref="HubertSharp.Runs.UserException">Empty, too long, or characters that do not pass through an address.</exception>
    public AccessToken(string token)
    {
        if (token.Length is 0 or > MaximumLength || !token.All(c => c is > ' ' and <= '~'))
            throw DashboardFaults.BadToken(MaximumLength);
        _token = Hash(token);
        _session = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "hubert dashboard cookie"u8));
        _sessionHash = Hash(_session);
    }

    /// <summary>A new one that nobody can guess.</summary>
    public static string Generate() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes)).Replace('+', '-').Replace('/', '_');

    /// <summary>Whether the request carries the token; sets the cookie where it came in the address.</summary>
    public bool Admits(HttpContext context)
    {
        var request = context.Request;
        // cookies know no ports: two dashboards of one machine keep theirs apart by the name
        var cookie = $"hubert_{context.Connection.LocalPort}";
        if (request.Query.TryGetValue("token", out var asked) && Is(asked.ToString(), _token))
        {
            var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps, Path = "/" };
            context.Response.Cookies.Append(cookie, _session, options);
            return true;
        }
        var header = request.Headers.Authorization.ToString();
        return Is(request.Cookies[cookie], _sessionHash)
            || (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && Is(header[Scheme.Length..].Trim(), _token));
    }

    private static bool Is(string? given, byte[] hash) => given is not null && CryptographicOperations.FixedTimeEquals(Hash(given), hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
