using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Decoding.Recordings;

namespace HubertSharp.Decoding.Formats;

/// <summary>A transcript as a JSON object, with all readings where there are several.</summary>
internal static class TranscriptJson
{
    private static readonly JsonSerializerOptions s_lines = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly JsonSerializerOptions s_indented = new(s_lines) { WriteIndented = true };

    private sealed record Word(string Text, double Start, double End, double Confidence);

    private sealed record Reading(string Text, double Score, double AcousticScore, double? LanguageScore, IReadOnlyList<Word> Words);

    private sealed record Whole(
        string Name, string File, double Seconds, string Text, double Score, double AcousticScore, double? LanguageScore,
        IReadOnlyList<Word> Words, IReadOnlyList<Reading>? Nbest);

    /// <param name="transcript">What was said.</param>
    /// <param name="inOneLine">As one of several objects, each in a line.</param>
    public static string Of(RecordingTranscript transcript, bool inOneLine)
    {
        var readings = transcript.Readings.Select(reading => new Reading(reading.Text, reading.Score, reading.AcousticScore,
            reading.LanguageScore, [.. reading.Words.Select(word => new Word(word.Text, word.Start, word.End,
                Math.Round(word.Confidence, 4)))])).ToList();
        var best = readings[0];
        var whole = new Whole(transcript.Name, transcript.Path, transcript.Seconds, best.Text, best.Score, best.AcousticScore,
            best.LanguageScore, best.Words, readings.Count > 1 ? readings : null);
        return JsonSerializer.Serialize(whole, inOneLine ? s_lines : s_indented);
    }
}
