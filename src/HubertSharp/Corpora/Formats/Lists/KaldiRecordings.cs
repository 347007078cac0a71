using System.Globalization;

namespace HubertSharp.Corpora.Formats.Lists;

/// <summary>
/// The recordings of a <c>wav.scp</c>, which is read once: whether one of all lists takes a channel decides where recordings within
/// archives go, so these wait for <see cref="Settle"/>.
/// </summary>
internal sealed class KaldiRecordings
{
    /// <summary>The list's name.</summary>
    public const string Name = "wav.scp";

    private readonly string _list;
    private readonly KeyedTexts _found = new(); // name → channel or nothing, TAB, path
    private readonly List<(KeyedLine Line, (string Archive, long Offset) Entry)> _within = [];
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal); // of those within archives

    private KaldiRecordings(string list) => _list = list;

    /// <summary>Whether a command takes one channel of its file: of two, say <c>sph2pipe -c 2</c>.</summary>
    public bool TakesChannels { get; private set; }

    /// <summary>Names, paths and channels, in the list's order.</summary>
    public IEnumerable<(string Name, string Path, int? Channel)> All => _found.All.Select(one => Place(one.Key, one.Text));

    /// <exception cref="Runs.UserException">A line that names no recording, or a name with two of them.</exception>
    public static KaldiRecordings Read(string folder, CancellationToken cancellation)
    {
        var (recordings, places) = (new KaldiRecordings(Path.Combine(folder, Name)), new KaldiPlaces(folder));
        foreach (var line in KeyedLines.Of(recordings._list))
        {
            cancellation.ThrowIfCancellationRequested();
            recordings.Add(line, places);
        }
        return recordings;
    }

    /// <summary>Gives those within archives their places.</summary>
    /// <param name="archives">Takes them out; null leaves them where they are.</param>
    /// <exception cref="Runs.UserException">No whole recording lies there.</exception>
    public void Settle(KaldiArchives? archives, CancellationToken cancellation)
    {
        foreach (var (line, entry) in _within)
            _places[line.Key] = archives is null
                ? KaldiArchives.Place(entry, line, _list)
                : archives.TakeOut(entry, line, _list, cancellation);
    }

    /// <summary>Path and channel of a recording; null for a name that the list does not have.</summary>
    public (string Path, int? Channel)? Find(string name) =>
        _found.Ask(name) is { } text && Place(name, text) is var (_, path, channel) ? (path, channel) : null;

    private void Add(KeyedLine line, KaldiPlaces places)
    {
        var (rest, channel) = KaldiCommands.Decoded(line.Rest) ?? (line.Rest, null);
        if (rest.EndsWith('|') || rest.StartsWith('|') || rest == "-")
            throw LayoutFaults.Pipe(_list, line.Number, line.Rest);
        if (rest.Length == 0 || rest.Contains('\0'))
            throw LayoutFaults.Malformed(_list, line.Number, "NAME PATH", line.Key);
        TakesChannels |= channel is not null;
        var within = KaldiArchives.Within(rest, places);
        var path = within is null ? places.Of(rest, _list, line.Number) : rest;
        var count = _found.Count;
        if (!_found.TryAdd(line.Key, string.Create(CultureInfo.InvariantCulture, $"{channel}\t{path}")))
            throw LayoutFaults.Twice(_list, line.Number, line.Key);
        if (within is { } entry && _found.Count > count)
            _within.Add((line, entry));
    }

    private (string Name, string Path, int? Channel) Place(string name, string text)
    {
        var tab = text.IndexOf('\t', StringComparison.Ordinal);
        return (name, _places.GetValueOrDefault(name) ?? text[(tab + 1)..],
            tab == 0 ? null : int.Parse(text.AsSpan(0, tab), CultureInfo.InvariantCulture));
    }
}
