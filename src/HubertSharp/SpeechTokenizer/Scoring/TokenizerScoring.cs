using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>
/// Measures a tokenizer on recordings that it did not learn from: how near its speech is to the original for growing numbers of quantisers,
/// how it uses its codes, and what those of quantiser 1 tell. In memory are as many recordings as threads, and the codes of all.
/// </summary>
internal static class TokenizerScoring
{
    /// <param name="model">The tokenizer; stays the caller's.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two recordings.</param>
    /// <exception cref="UserException">Bad input, or a full disk.</exception>
    public static TokenizerReport Run(TokenizerModel model, TokenizerScoringOptions options,
        Func<string, IProgress<StageProgress>>? progress = null, CancellationToken cancellation = default)
    {
        TorchRuntime.Initialize();
        var config = model.Config;
        var counts = Counts(options.Quantizers, config.Quantizers);
        var manifest = Manifest.Read(options.ManifestPath, cancellation: cancellation);
        var frameRate = (double)config.SampleRate / config.Hop;
        var contents = new CodeContents(options, manifest, frameRate); // what cannot work is told before anything long starts
        var output = options.OutputFolder is { } folder ? new Output(folder, manifest, counts, options.Examples) : null;
        var scores = new RecordingScores[manifest.Entries.Count];
        new UtteranceWork(0, scores.Length, progress?.Invoke("Recordings")).Run(
            model.Device.type == DeviceType.CPU ? options.Threads : 1,
            () => new RecordingWorker(model, options, counts, manifest, output?.Examples),
            (worker, index) => scores[index] = worker.Score(index, cancellation), cancellation);

        var codes = CodeContents.Labels(scores, config.CodebookSize);
        var speakerOf = contents.Speakers(codes, frameRate);
        var seconds = scores.Sum(recording => recording.Samples) / (double)config.SampleRate;
        var books = CodebookUses.Of(scores, config, speakerOf, options.Seed);
        var report = new TokenizerReport(options.ModelPath, options.ManifestPath, scores.Length, seconds, frameRate, config.CodebookSize,
            config.Quantizers, scores.Sum(recording => recording.EncodeSeconds) / seconds, options.RecogniserPath,
            [.. counts.Select((count, copy) => new Reconstruction(count, count * Math.Log2(config.CodebookSize) * frameRate,
                books.Take(count).Sum(book => book.EntropyBitsPerSecond),
                scores.Sum(recording => recording.Copies[copy].DecodeSeconds) / seconds,
                ReconstructionFigures.Of(scores, copy, speakerOf, options.Seed)))],
            books, contents.Of(codes, frameRate,
                () => new CodeVectors(scores, model.Quantizer.Book(1), frameRate, config.Dimension), progress, cancellation),
            SpeakerProbe.Of(scores, model, speakerOf, options.Seed, cancellation))
        {
            TeacherClusters = contents.OfTeacher(frameRate),
            Measures = [.. options.Measures.Select(measure => measure.Name)],
        };
        output?.Write(report, (name, count) =>
        {
            var recording = scores.First(one => one.Name == name);
            return count == 0 ? recording.Text : recording.Copies[counts.IndexOf(count)].Text;
        });
        return report;
    }

    private static List<int> Counts(IReadOnlyList<int> asked, int all)
    {
        foreach (var count in asked)
        {
            if (count < 1 || count > all)
                throw TokenizerFaults.QuantizerCount(count, all);
        }
        if (asked.Count > 0)
            return [.. asked.Distinct().Order()];
        var counts = new List<int>();
        for (var count = 1; count < all; count *= 2)
            counts.Add(count);
        return [.. counts, all];
    }

    /// <summary>JSON, pages and recordings; all places are looked at before the work begins.</summary>
    private sealed class Output
    {
        private readonly string _json, _english, _chinese;

        public Output(string folder, Manifest manifest, IReadOnlyList<int> counts, int examples)
        {
            _json = OutputKind.Json.PlaceOf(Path.Combine(folder, TokenizerReport.FileName));
            _english = OutputKind.Page.PlaceOf(Path.Combine(folder, TokenizerReport.PageName));
            _chinese = OutputKind.Page.PlaceOf(Path.Combine(folder, TokenizerReport.ChinesePageName));
            Examples = new ExampleRecordings(folder, manifest, counts, examples);
            DiskSync.CreateFolder(Path.Combine(folder, TokenizerReport.AudioName));
        }

        public ExampleRecordings Examples { get; }

        public void Write(TokenizerReport report, Func<string, int, string?> textOf)
        {
            ReportJson.Write(_json, report);
            var examples = Examples.All(textOf);
            AtomicFile.WriteAllText(_english,
                TokenizerPage.Render(report, examples, ReportLanguage.English, TokenizerReport.ChinesePageName));
            AtomicFile.WriteAllText(_chinese, TokenizerPage.Render(report, examples, ReportLanguage.Chinese, TokenizerReport.PageName));
        }
    }
}
