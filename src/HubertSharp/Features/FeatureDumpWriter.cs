using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;

namespace HubertSharp.Features;

/// <summary>
/// Writes one shard of features as fairseq does (<c>{split}_{rank}_{count}.npy</c>, float32 [frames, dimensions] of all utterances one
/// after the other, and <c>.len</c>, the frames of each) and the description beside it. The three appear, whole, in <see cref="Complete"/>
/// only.
/// </summary>
/// <remarks>
/// Order of the end: the old description and lengths go, the array comes, the lengths come, the description comes. A process that dies in
/// between leaves an array without lengths, which no reader takes. An array or lengths without a description were not written here, or not
/// to the end: they stay, as <c>.npy.1</c> and <c>.len.1</c>.
/// </remarks>
public sealed class FeatureDumpWriter : IDisposable
{
    private readonly string _path;
    private readonly FeatureDescription _description;
    private readonly NpyWriter _array;
    private readonly List<int> _lengths;
    private readonly long[]? _starts;

    private FeatureDumpWriter(string path, FeatureDescription description, IReadOnlyList<int>? lengths)
    {
        _path = path;
        _description = description;
        _lengths = lengths is null ? [] : [.. lengths];
        if (lengths is not null)
        {
            _starts = new long[lengths.Count + 1];
            for (var i = 0; i < lengths.Count; i++)
                _starts[i + 1] = _starts[i] + lengths[i];
        }
        OutputKind.FeatureRecord.PlaceOf($"{path}.features.json");
        OutputKind.Lengths.PlaceOf($"{path}.len");
        _array = NpyWriter.Create($"{path}.npy", description.Dimensions);
    }

    /// <summary>A writer to which the utterances are appended one after the other.</summary>
    /// <exception cref="UserException">The folder cannot be written.</exception>
    public static FeatureDumpWriter Create(string folder, string split, FeatureShard shard, FeatureDescription description) =>
        new(shard.PathIn(folder, split), description, null);

    /// <summary>
    /// A writer that takes the utterances in any order and from several threads, because it knows their frames beforehand.
    /// </summary>
    /// <exception cref="UserException">The folder cannot be written.</exception>
    public static FeatureDumpWriter Create(
        string folder, string split, FeatureShard shard, FeatureDescription description, IReadOnlyList<int> lengths) =>
        new(shard.PathIn(folder, split), description, lengths);

    /// <summary>Appends one utterance.</summary>
    /// <param name="frames">[frames, dimensions].</param>
    /// <param name="source">The audio file, for the message when a number is not finite.</param>
    /// <exception cref="UserException">NaN or infinity among the numbers, or a full disk.</exception>
    public void Append(ReadOnlySpan<float> frames, string source)
    {
        if (_starts is not null)
            throw new InvalidOperationException("the lengths were given beforehand: use Write");
        FeatureFaults.RequireFinite(frames, _description.Dimensions, source);
        _array.Append(frames);
        _lengths.Add(frames.Length / _description.Dimensions);
    }

    /// <summary>Writes the utterance at its place.</summary>
    /// <param name="utterance">Its index in the lengths given to <c>Create</c>.</param>
    /// <param name="frames">[frames, dimensions], as many as given there.</param>
    /// <param name="source">The audio file, for the message when a number is not finite.</param>
    /// <exception cref="UserException">NaN or infinity among the numbers, or a full disk.</exception>
    public void Write(int utterance, ReadOnlySpan<float> frames, string source)
    {
        if (_starts is null)
            throw new InvalidOperationException("no lengths were given beforehand: use Append");
        if (frames.Length != (long)_lengths[utterance] * _description.Dimensions)
            throw new ArgumentException($"{frames.Length} numbers, expected {_lengths[utterance]} frames of {_description.Dimensions}",
                nameof(frames));
        FeatureFaults.RequireFinite(frames, _description.Dimensions, source);
        _array.WriteAt(_starts[utterance], frames);
    }

    /// <summary>Closes the array and gives all three files their names; every utterance must have been written.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written any more.</exception>
    public void Complete()
    {
        var frames = _lengths.Sum(l => (long)l);
        _array.Complete(frames);
        var (lengths, record) = ($"{_path}.len", $"{_path}.features.json");
        try
        {
            Retract(record, lengths);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FeatureFaults.CannotWrite(lengths, e);
        }
        _array.Publish();
        AtomicFile.WriteAllText(lengths, TextOf(_lengths));
        new FeatureShardRecord(FeatureShardRecord.CurrentFormat, _description, frames, _lengths.Count).Write(record);
    }

    /// <summary>What the file of lengths says.</summary>
    internal static string TextOf(IEnumerable<int> lengths)
    {
        var text = new StringBuilder();
        foreach (var length in lengths)
            text.Append(CultureInfo.InvariantCulture, $"{length}\n");
        return text.ToString();
    }

    // a dump of ours has a record and is written anew; one of another program is kept under another name
    private void Retract(string record, string lengths)
    {
        if (File.Exists(record))
        {
            Owned.DeleteListed(Path.GetDirectoryName(Path.GetFullPath(_path))!, [Path.GetFileName(record), Path.GetFileName(lengths)]);
        }
        else
        {
            foreach (var other in (string[])[lengths, _array.Path])
            {
                if (File.Exists(other))
                    Owned.MoveAside(other);
            }
        }
    }

    public void Dispose() => _array.Dispose();
}
