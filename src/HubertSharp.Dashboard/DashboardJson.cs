using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubertSharp.Dashboard;

/// <summary>How the server writes JSON: camelCase, enums as <c>too_early</c>, NaN and infinity as text.</summary>
internal static class DashboardJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
