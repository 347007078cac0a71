using HubertSharp.Decoding;
using HubertSharp.Decoding.Formats;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Cli.Output;

/// <summary>Where transcripts go: standard output, or a file each in a folder, written as soon as the recording is done.</summary>
internal sealed class TranscriptOutput
{
    private readonly TranscriptFormat _format;
    private readonly string? _folder;
    private readonly bool _hasSeveral;
    private readonly HashSet<string> _shared; // names that several recordings have

    /// <param name="format">How to write.</param>
    /// <param name="output">A folder, or <c>-</c>.</param>
    /// <param name="recordings">All that will come.</param>
    /// <param name="force">Replace what is there.</param>
    /// <exception cref="UserException">Files that would replace others or each other, or several in a format for one.</exception>
    public TranscriptOutput(TranscriptFormat format, string output, IReadOnlyList<Recording> recordings, bool force)
    {
        (_format, _folder, _hasSeveral) = (format, output == "-" ? null : output, recordings.Count > 1);
        _shared = recordings.CountBy(recording => recording.Name, StringComparer.Ordinal).Where(name => name.Value > 1)
            .Select(name => name.Key).ToHashSet(StringComparer.Ordinal);
        if (_folder is null)
        {
            if (_hasSeveral && !TranscriptText.HoldsSeveral(format))
                throw DecodingFaults.OneFileEach(format.ToString().ToLowerInvariant());
            return;
        }
        if (_shared.Count > 0)
            throw DecodingFaults.SeveralOfOneName(_shared.First());
        WritableFolder.Check(_folder, PlaceOf(recordings[0].Name));
        if (!force && recordings.Select(recording => PlaceOf(recording.Name)).FirstOrDefault(Path.Exists) is { } there)
            throw DecodingFaults.AlreadyThere(there);
    }

    /// <summary>
    /// Writes one; a line of progress makes room for it. On standard output those of one name are told apart by their paths.
    /// </summary>
    public void Add(RecordingTranscript transcript, ConsoleProgress progress)
    {
        if (_folder is not null)
        {
            AtomicFile.WriteAllText(PlaceOf(transcript.Name), TranscriptText.Of(transcript, _format, isOneOfSeveral: false));
            return;
        }
        if (_shared.Contains(transcript.Name))
            transcript = transcript with { Name = transcript.Path };
        var text = TranscriptText.Of(transcript, _format, _hasSeveral);
        progress.MakeRoom();
        Console.Write(_format == TranscriptFormat.Json ? PrintableText.Json(text) : text);
    }

    private string PlaceOf(string name) => Path.Combine(_folder!, name + TranscriptText.Ending(_format));
}
