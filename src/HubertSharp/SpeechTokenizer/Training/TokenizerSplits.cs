using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Training.Data;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>The training split, the validation split if there is one, and which of their rows come when.</summary>
internal sealed class TokenizerSplits : IDisposable
{
    private readonly string _trainName;
    private readonly TeacherExtractor? _teacher;

    private TokenizerSplits(string trainName, TeacherExtractor? teacher, TokenizerData train, TokenizerData? valid, EpochPlan epoch,
        IReadOnlyList<int> validRows)
    {
        (_trainName, _teacher) = (trainName, teacher);
        (Train, Valid, Epoch, ValidRows) = (train, valid, epoch, validRows);
    }

    public TokenizerData Train { get; }

    /// <summary>Null with <c>dataset.disable_validation</c>.</summary>
    public TokenizerData? Valid { get; }

    public EpochPlan Epoch { get; }

    /// <summary>Utterances of the valid split, each a batch.</summary>
    public IReadOnlyList<int> ValidRows { get; }

    /// <summary>Opens both, and the teacher where it is asked as they are read.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="sources">Manifests and features.</param>
    /// <param name="replicas">The processes.</param>
    /// <param name="notice">Told what an epoch looks like.</param>
    /// <exception cref="UserException">Data that cannot work.</exception>
    public static TokenizerSplits Open(
        TokenizerTrainingConfig config, TokenizerSources sources, Replicas replicas, Action<string> notice)
    {
        var (dataset, segment) = (config.Dataset, config.Task.SegmentSize);
        TeacherExtractor? teacher = null;
        TokenizerData? train = null, valid = null;
        TokenizerData Split(string manifest)
        {
            var audio = ManifestData.Open(manifest, new UtteranceLimits(config.Task.MinSampleSize, null, segment, false, false));
            return new TokenizerData(config, audio, sources.Teacher(manifest, audio.Manifest, teacher, config, notice));
        }

        try
        {
            teacher = sources.Extractor(config);
            train = Split(sources.Train);
            valid = sources.Valid is null ? null : Split(sources.Valid);
            var epoch = EpochPlan.Of(train.Audio, dataset.TrainSubset, config, replicas,
                new BatchShape(PadAudio: true, segment, RandomCrop: true, config.Task.SampleRate) { CropsOnPurpose = true }, notice);
            int[] rows = valid is null ? [] :
            [
                .. valid.Audio.PlanBatches(dataset with { MaxTokens = null, MaxTokensValid = null, BatchSizeValid = 1 }, 0, training: false)
                    .Select(batch => batch[0]).Order().Take(dataset.MaxValidSteps ?? int.MaxValue),
            ];
            return new TokenizerSplits(Path.GetFileName(sources.Train), teacher, train, valid, epoch, rows);
        }
        catch
        {
            train?.Dispose();
            valid?.Dispose();
            teacher?.Dispose();
            throw;
        }
    }

    /// <summary>What a run must find unchanged to go on.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint()
    {
        var files = new Dictionary<string, string> { [_trainName] = Train.Audio.Fingerprint() };
        if (Train.Teacher is { } teacher)
            files["the teacher's features"] = teacher.Fingerprint();
        return files;
    }

    public void Dispose()
    {
        Train.Dispose();
        Valid?.Dispose();
        _teacher?.Dispose();
    }
}
