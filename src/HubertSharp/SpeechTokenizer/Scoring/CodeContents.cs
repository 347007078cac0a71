using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>
/// What the codes of quantiser 1 tell of phones, and of the teacher's clusters. References are read before the work begins.
/// </summary>
internal sealed class CodeContents
{
    private const string OfReference = "reference", OfLabels = "labels";

    private readonly TokenizerScoringOptions _options;
    private readonly Manifest _manifest;
    private readonly IReference? _reference;
    private readonly FixedReference? _labels;
    private readonly FrameLabels? _teacher;
    private readonly LayerItems? _items;

    /// <exception cref="UserException">A reference that is missing or malformed, or that has nothing to do with the manifest.</exception>
    public CodeContents(TokenizerScoringOptions options, Manifest manifest, double frameRate)
    {
        (_options, _manifest) = (options, manifest);
        if (options.ReferencePath is { } path)
        {
            _reference = References.Open(path, manifest, options.RemoveDigits);
            if (_reference is AlignmentReference)
                _items = new LayerItems(path, options.ManifestPath, manifest, options.RemoveDigits, Abx);
        }
        if (options.LabelsPath is { } labels)
        {
            _teacher = TeacherLabels.AtFrames(FrameLabelFiles.ReadClusters(labels, manifest), options.LabelRate ?? frameRate, frameRate);
            _labels = new FixedReference(labels, _teacher);
        }
    }

    private AbxOptions Abx => new() { Seed = _options.Seed };

    /// <summary>Who speaks, where the reference says it.</summary>
    public Func<string, string?> Speakers(FrameLabels codes, double frameRate)
    {
        var reference = _reference?.For(codes, frameRate);
        return name => reference?.SpeakerOf(name);
    }

    /// <summary>The codes as labels.</summary>
    public static FrameLabels Labels(IReadOnlyList<RecordingScores> scores, int codebookSize)
    {
        var labels = new FrameLabels();
        int[] ids = [.. Enumerable.Range(0, codebookSize).Select(code => labels.IdOf($"{code}"))];
        foreach (var recording in scores)
            labels.Set(recording.Name, Array.ConvertAll(recording.Codes[1], code => ids[code]));
        return labels;
    }

    /// <summary>What the teacher's clusters tell of the reference, over the same frames: the level that quantiser 1 is to reach.</summary>
    /// <param name="frameRate">Frames per second.</param>
    public IReadOnlyList<CodeContent> OfTeacher(double frameRate) => _teacher is null || _reference is null ? [] :
    [
        .. QualityScores.Score("the teacher's clusters", _teacher, frameRate, _reference, _manifest)
            .Select(row => new CodeContent(OfReference,
                row.Language, row.Quality.FramesTotal, row.Quality.References.Count, row.Estimates.Pnmi, row.Estimates.ReferencePurity,
                null, null)),
    ];

    /// <summary>PNMI and purity against each reference, ABX where there are times.</summary>
    /// <param name="codes">Of <see cref="Labels"/>.</param>
    /// <param name="frameRate">Frames per second.</param>
    /// <param name="vectors">Opens the codes' vectors.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two pieces of work.</param>
    /// <exception cref="UserException">A reference of quite another length, or one that shares no frame with the codes.</exception>
    public IReadOnlyList<CodeContent> Of(FrameLabels codes, double frameRate, Func<IFrameSource> vectors,
        Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation)
    {
        var contents = new List<CodeContent>();
        foreach (var (name, reference) in new[] { (OfReference, _reference), (OfLabels, (IReference?)_labels) })
        {
            if (reference is null)
                continue;
            var rows = QualityScores.Score("quantiser 1", codes, frameRate, reference, _manifest);
            if (name == OfReference && _items is not null)
                rows = _items.Score(rows, vectors, progress, cancellation);
            contents.AddRange(rows.Select(row => new CodeContent(name, row.Language, row.Quality.FramesTotal, row.Quality.References.Count,
                row.Estimates.Pnmi, row.Estimates.ReferencePurity, row.AbxWithin, row.AbxAcross)));
        }
        return contents;
    }
}
