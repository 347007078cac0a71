using System.Globalization;
using System.Text;
using HubertSharp.Decoding.Recordings;

namespace HubertSharp.Decoding.Formats;

/// <summary>A transcript in one of the formats, as a whole file.</summary>
internal static class TranscriptText
{
    /// <summary>The ending of a file in it.</summary>
    public static string Ending(TranscriptFormat format) => format switch
    {
        TranscriptFormat.Text => ".txt",
        TranscriptFormat.TextGrid => ".TextGrid",
        _ => $".{format.ToString().ToLowerInvariant()}",
    };

    /// <summary>Whether one file may hold several recordings, one behind the other.</summary>
    public static bool HoldsSeveral(TranscriptFormat format) =>
        format is TranscriptFormat.Text or TranscriptFormat.Json or TranscriptFormat.Ctm;

    /// <param name="transcript">What was said.</param>
    /// <param name="format">How to write it.</param>
    /// <param name="isOneOfSeveral">One of several in a stream: a text is preceded by its name, an object takes one line.</param>
    /// <returns>Lines that end in a line feed.</returns>
    public static string Of(RecordingTranscript transcript, TranscriptFormat format, bool isOneOfSeveral) => format switch
    {
        TranscriptFormat.Text => isOneOfSeveral ? $"{transcript.Name}\t{transcript.Best.Text}\n" : $"{transcript.Best.Text}\n",
        TranscriptFormat.Json => TranscriptJson.Of(transcript, isOneOfSeveral) + "\n",
        TranscriptFormat.Ctm => Ctm(transcript),
        TranscriptFormat.Srt => Srt(transcript),
        TranscriptFormat.Vtt => Vtt(transcript),
        _ => TextGrid(transcript),
    };

    /// <summary><c>NAME CHANNEL START DURATION WORD CONFIDENCE</c>.</summary>
    private static string Ctm(RecordingTranscript transcript)
    {
        var text = new StringBuilder();
        var name = string.Concat(transcript.Name.Select(c => char.IsWhiteSpace(c) ? '_' : c));
        foreach (var word in transcript.Best.Words)
            text.Append(Invariant($"{name} 1 {word.Start:0.00} {word.End - word.Start:0.00} {word.Text} {word.Confidence:0.00}\n"));
        return text.ToString();
    }

    private static string Srt(RecordingTranscript transcript)
    {
        var text = new StringBuilder();
        foreach (var (i, cue) in Cue.Of(transcript.Best).Index())
            text.Append(Invariant($"{i + 1}\n{Time(cue.Start, ',')} --> {Time(cue.End, ',')}\n{string.Join('\n', cue.Lines)}\n\n"));
        return text.ToString();
    }

    private static string Vtt(RecordingTranscript transcript)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var cue in Cue.Of(transcript.Best))
        {
            var lines = string.Join('\n', cue.Lines).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
            text.Append(Invariant($"{Time(cue.Start, '.')} --> {Time(cue.End, '.')}\n{lines}\n\n"));
        }
        return text.ToString();
    }

    /// <summary>Intervals cover the recording; where nothing is said they are empty.</summary>
    private static string TextGrid(RecordingTranscript transcript)
    {
        var intervals = new List<(double Start, double End, string Text)>();
        var at = 0.0;
        foreach (var word in transcript.Best.Words)
        {
            if (word.Start > at)
                intervals.Add((at, word.Start, ""));
            var end = Math.Min(word.End, transcript.Seconds);
            intervals.Add((Math.Max(at, word.Start), end, word.Text));
            at = end;
        }
        if (at < transcript.Seconds)
            intervals.Add((at, transcript.Seconds, ""));
        var seconds = Number(transcript.Seconds);
        var text = new StringBuilder("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n"
            + $"xmin = 0\nxmax = {seconds}\ntiers? <exists>\nsize = 1\nitem []:\n    item [1]:\n        class = \"IntervalTier\"\n"
            + $"        name = \"words\"\n        xmin = 0\n        xmax = {seconds}\n        intervals: size = {intervals.Count}\n");
        foreach (var (i, (start, end, word)) in intervals.Index())
            text.Append($"        intervals [{i + 1}]:\n            xmin = {Number(start)}\n            xmax = {Number(end)}\n"
                + $"            text = \"{word.Replace("\"", "\"\"")}\"\n");
        return text.ToString();
    }

    private static string Time(double seconds, char point)
    {
        var time = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
        return Invariant($"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{point}{time.Milliseconds:000}");
    }

    private static string Number(double seconds) => seconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
