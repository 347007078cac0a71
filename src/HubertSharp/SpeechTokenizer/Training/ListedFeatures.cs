using HubertSharp.Features;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>
/// Features that a list names, a file for each recording, as the released program's script writes them: [frames, dimensions], before
/// which it leaves an axis of one recording; and of a recording that is shorter than a segment the features of the padded one. What lies
/// behind such a recording's end is cut off, because it teaches nothing and makes the rate look higher than it is.
/// </summary>
internal sealed class ListedFeatures
{
    /// <summary>Frames by which features may differ from a length at the edges.</summary>
    private const int EdgeFrames = 3;

    private readonly IReadOnlyList<(string Path, long Samples)> _files;
    private readonly List<long> _frames = [];
    private readonly int _segment, _hop;
    private readonly bool _cuts;

    /// <param name="files">Each with its recording's samples.</param>
    /// <param name="config">Of the training; with <c>task.parity=released</c> nothing is cut off.</param>
    /// <param name="cancellation">Ends between two files.</param>
    /// <exception cref="Runs.UserException">A file that is no such array, or of another width than the first.</exception>
    public ListedFeatures(
        IReadOnlyList<(string Path, long Samples)> files, TokenizerTrainingConfig config, CancellationToken cancellation)
    {
        (_files, _segment, _hop, _cuts) = (files, config.Task.SegmentSize, (int)config.Model.Hop(), !config.Task.IsReleased());
        foreach (var (path, _) in files)
        {
            cancellation.ThrowIfCancellationRequested();
            using var array = Open(path);
            var width = (int)array.Shape[^1];
            Width = Width == 0 || Width == width ? width : throw TokenizerTrainingFaults.ListedWidth(path, width, Width);
            _frames.Add(array.Shape[^2]);
        }
    }

    /// <summary>Numbers of a frame.</summary>
    public int Width { get; }

    /// <summary>Writes all of them as one dump.</summary>
    public void Write(FeatureDumpWriter writer, CancellationToken cancellation)
    {
        var each = FramesOfTokenizerFrame();
        foreach (var ((path, samples), frames) in _files.Zip(_frames))
        {
            cancellation.ThrowIfCancellationRequested();
            using var array = Open(path);
            var values = array.ReadFloats();
            var isPadded = samples < _segment && Math.Abs(frames - ((double)each * _segment / _hop)) <= EdgeFrames;
            var kept = _cuts && isPadded ? Math.Min(frames, ((each * samples) + _hop - 1) / _hop) : frames;
            writer.Append(values.AsSpan(0, (int)(kept * Width)), path);
        }
    }

    /// <summary>As recordings that are no shorter than a segment say; 0 where there are none.</summary>
    private long FramesOfTokenizerFrame()
    {
        var whole = _files.Zip(_frames).Where(one => one.First.Samples >= _segment).ToList();
        return whole.Count == 0 ? 0
            : (long)Math.Round(whole.Sum(one => one.Second) / (whole.Sum(one => one.First.Samples) / (double)_hop));
    }

    private static NpyReader Open(string path)
    {
        var reader = NpyReader.Open(path);
        if (reader.Shape is [.., > 0, > 0 and <= 1 << 20] and ([_, _] or [1, _, _]) && reader.ElementType >= NpyElementType.Float16)
            return reader;
        var found = $"{reader.ElementType} ({string.Join(", ", reader.Shape)})";
        reader.Dispose();
        throw TokenizerTrainingFaults.FeatureShape(path, found);
    }
}
