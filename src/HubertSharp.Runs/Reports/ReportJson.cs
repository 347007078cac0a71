using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Reports;

/// <summary>How the parts of a report are kept between stages and read by other programs.</summary>
public static class ReportJson
{
    internal const long MaximumBytes = 64 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static void Write<T>(string path, T value) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(value, Options) + "\n");

    /// <exception cref="UserException">Missing, above 64 MiB, or not what <see cref="Write"/> wrote.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return OwnJson.Read<T>(RegularFile.ReadAllBytes(path, MaximumBytes), Options);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw UserException.Create("cannot read a result of an earlier stage", path, found: e.Message,
                next: "delete the file and run the pipeline again", cause: e);
        }
    }
}
