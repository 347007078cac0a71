using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Output;

/// <summary>How every <c>--json</c> prints: camelCase, indented, Chinese as it is, NaN and infinity as text.</summary>
internal static class JsonOutput
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Prints a value; what a terminal must not get is escaped, so that programs read every name as it is.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    public static void Write<T>(T value, JsonSerializerOptions? options = null) =>
        Console.Write($"{PrintableText.Json(JsonSerializer.Serialize(value, options ?? Options))}\n");
}
