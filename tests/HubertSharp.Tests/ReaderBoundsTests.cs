using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Clustering;
using HubertSharp.Corpora;
using HubertSharp.Corpora.Formats;
using HubertSharp.Corpora.Formats.Lists;
using HubertSharp.Corpora.Formats.Segmented;
using HubertSharp.Corpora.Formats.Shards;
using HubertSharp.Corpora.Formats.Tables;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Decoding;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Words;
using HubertSharp.Features;
using HubertSharp.Interop;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.LanguageModels;
using HubertSharp.LanguageModels.Scoring;
using HubertSharp.LanguageModels.Training;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Runs.Yaml;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;
using HubertSharp.Tests.SpeechTokenizer;
using HubertSharp.Tests.Corpora.Formats.Shards;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests;

/// <summary>
/// Every reader of files from outside states in its source what memory it takes at most, and is held to it with files that were
/// made to cost more. Model files have more tests (<c>HostileCheckpointTests</c>, <c>ReaderFuzzTests</c>), audio too
/// (<c>AudioFuzzTests</c>).
/// </summary>
[Collection("alone")]
public sealed partial class ReaderBoundsTests : IDisposable
{
    private static readonly TokenizerConfig s_tokenizer = TokenizerFixtures.Made().Config;

    private readonly TemporaryFolder _folder = new();

    /// <summary>These stream: what they hold counts, not what passes through.</summary>
    private static readonly string[] Streaming =
    [
        "HubertSharp.Runs/Doctor/Logs/LogReader.cs", "HubertSharp.Runs/Doctor/Logs/TensorBoard/TensorBoardLog.cs",
    ];

    /// <summary>Who opens files and states no bound of its own, and why.</summary>
    private static readonly (string Source, string Why)[] Exempt =
    [
        ("HubertSharp/Audio/", "8 hours of samples at most (SampleBuffer), grown with what was decoded: AudioFuzzTests"),
        ("HubertSharp.Dashboard/", "tests of its own: a run of others never stops it"),
        ("HubertSharp.Cli/Benchmarks/ExtractBenchmark.cs", "the output of its own child"),
        ("HubertSharp/Tensors/TorchRuntime.cs", "the kernel's files"),
        ("HubertSharp/Training/ResidentMemory.cs", "the kernel's files"), ("HubertSharp/Distributed/RankPeer.cs", "the kernel's files"),
        ("HubertSharp/Distributed/RankReport.cs", "1 KiB at most of what a rank wrote"),
        ("HubertSharp/Distributed/CommonFolder.cs", "64 bytes at most of what a rank wrote"),
        ("HubertSharp/Distributed/CallLog.cs", "writes"),
        ("HubertSharp/Distributed/CallReport.cs", "40 KiB at most of what a rank wrote"),
        ("HubertSharp/Corpora/Espeak/EspeakNative.cs", "the kernel's files"), ("HubertSharp/Corpora/Espeak/SentenceGrammar.cs", "embedded"),
        ("HubertSharp/Corpora/Debian/DebianLicences.cs", "a package whose hash is known"),
        ("HubertSharp/Corpora/Debian/RawPrompts.cs", "what ffmpeg wrote of a package whose hash is known"),
        ("HubertSharp/Corpora/Debian/PromptTexts.cs", "lines of a package whose hash is known"),
        ("HubertSharp.Runs/Files/WritableFolder.cs", "writes"),
        ("HubertSharp/Corpora/CorpusFolder.cs", "written here"), ("HubertSharp/Corpora/CorpusAudio.cs", "writes"),
        ("HubertSharp/Corpora/Formats/KeyedLines.cs", "under those who read lists"),
        ("HubertSharp/Corpora/Formats/BoundedGzip.cs", "passes on"),
        ("HubertSharp/Corpora/Formats/Tables/TableRows.cs", "under TableFormat"),
        ("HubertSharp/Corpora/Formats/Segmented/JsonRecordings.cs", "under SegmentedIndex"),
        ("HubertSharp/Corpora/Formats/Shards/ParquetTable.cs", "under ParquetFormat"),
        ("HubertSharp/Corpora/Formats/Lists/KaldiArchives.cs", "as long as the recording that is there, 512 MiB at most"),
        ("HubertSharp/Corpora/Pieces/TakenOut.cs", "compares in pieces of 64 KiB"),
        ("HubertSharp/Pipelines/ReportStage.cs", "written by the pipeline itself"),
        ("HubertSharp/Pipelines/ReferenceStage.cs", "lines of an alignment, one at a time"),
        ("HubertSharp/Interop/Native/NativeReader.cs", "under ModelReader"), ("HubertSharp/Interop/Fairseq/FairseqReader.cs",
            "under ModelReader"), ("HubertSharp/Interop/HuggingFace/HuggingFaceReader.cs", "under ModelReader"),
        ("HubertSharp.Runs/PyTorch/TorchFile.cs", "under ModelReader"),
        ("HubertSharp/Clustering/KMeansModel.cs", "16 bytes, then one of the readers here"),
        ("HubertSharp/Pretraining/PretrainingData.cs", "opens label files"),
        ("HubertSharp/SpeechTokenizer/Training/TokenizerSources.cs", "a list of recordings that are there, then features one by one"),
        ("HubertSharp/Finetuning/TranscriptData.cs", "opens label files"),
        ("HubertSharp.Runs/Transcripts/TranscriptLabels.cs", "as long as what is written"),
        ("HubertSharp.Runs/Transcripts/CompatibilityForm.cs", "embedded"),
        ("HubertSharp.Runs/Files/FileFingerprint.cs", "a hash"),
        ("HubertSharp/Clustering/KMeansLabels.cs", "a dictionary line by line"),
        ("HubertSharp.Runs/Files/OutputKind.cs", "64 KiB"), ("HubertSharp.Runs/RunFolders/SideFiles.cs", "4 MiB, for comparison"),
        ("HubertSharp.Runs/RunFolders/CheckpointPointer.cs", "64 bytes"),
        ("HubertSharp.Runs/Arrays/NpyWriter.cs", "writes"), ("HubertSharp.Runs/Files/AtomicFile.cs", "writes"),
        ("HubertSharp.Runs/RunFolders/BuildVersion.cs", "256 bytes"), ("HubertSharp.Runs/RunFolders/RunLog.cs", "writes"),
        ("HubertSharp/Training/Logging/EventFile.cs", "writes"),
        ("HubertSharp.Runs/RunFolders/RunLock.cs", "a lock"), ("HubertSharp.Runs/Stages/StageRunner.cs", "a lock"),
        ("HubertSharp.Runs/RunFolders/MetricsWriter.cs", "a buffer of fixed size"),
        ("HubertSharp.Runs/Files/ByteLines.cs", "under LabelFile"), ("HubertSharp.Runs/Doctor/Logs/LogLines.cs", "under LogReader"),
        ("HubertSharp.Runs/Configuration/BundledConfigs.cs", "embedded"),
        ("HubertSharp.Runs/Reports/ReportJson.cs", "under Downstream"),
        ("HubertSharp.Runs/RunFolders/TrainingEffort.cs", "line by line"),
        ("HubertSharp.Runs/RunFolders/RankTimesFile.cs", "8 MiB and 2,000 lines at most"),
        ("HubertSharp/Training/TrainingRun.cs", "under RankTimesFile"),
        ("HubertSharp.Runs/Files/RegularFile.cs", "opens for the readers"),
        ("HubertSharp.Runs/Files/WritingProcess.cs", "the kernel's files"),
        ("HubertSharp.Runs/Files/MadeFiles.cs", "written here, 256 MiB at most"),
        ("HubertSharp/Training/Checkpoints/CheckpointStateFile.cs", "under CheckpointStore"),
        ("HubertSharp/Corpora/UnpackedFolder.cs", "as long as what is there"),
        ("HubertSharp/Corpora/ListFile.cs", "as long as what is written"),
        ("HubertSharp/Interop/OutputPlace.cs", "two files of 64 MiB at most"),
        ("HubertSharp.Onnx/OnnxSessions.cs", "checks the kind; ONNX Runtime reads"),
        ("HubertSharp/LanguageModels/TextLines.cs", "under those who read lines"),
        ("HubertSharp.Runs/Files/MappedFile.cs", "under BinaryModel and LineIndex"),
        ("HubertSharp.Runs/LineIndexes/", "a head of 256 bytes, and what is mapped: LineIndexTests"),
        ("HubertSharp.Runs/Manifests/ManifestIndex.cs", "under Manifest"),
        ("HubertSharp.Runs/Labels/RememberedCheck.cs", "a description, 64 MiB at most"),
        ("HubertSharp/LanguageModels/Training/SpillFile.cs", "written here"),
        ("HubertSharp/LanguageModels/Training/SpillFileWriter.cs", "writes"),
        ("HubertSharp/LanguageModels/Training/RecordSorter.cs", "written here"),
        ("HubertSharp/LanguageModels/Training/NgramTrainer.cs", "writes"),
        ("HubertSharp.Runs/Transcripts/CompatibilityForm.cs", "embedded"),
        ("HubertSharp.Onnx/OnnxWeights.cs", "what ONNX Runtime has read, in pieces of 1 MiB"),
    ];

    /// <summary>The source file that states the bound, the name of the file that it reads, the reading, and the hostile files.</summary>
    private static readonly (string Source, string File, Func<string, object?> Read,
        Func<IEnumerable<(string Name, byte[] Bytes)>> Files)[] Readers =
    [
        ("HubertSharp.Runs/Manifests/Manifest.cs", "a.tsv", path => Manifest.Read(path), () => HostileFiles.Texts("/root\na.wav\t16000\n")),
        ("HubertSharp.Runs/Labels/LabelDictionary.cs", "dict.km.txt", path => LabelDictionary.Read(path),
            () => HostileFiles.Texts("0 1\n")),
        ("HubertSharp.Runs/Labels/LabelFile.cs", "a.km", ReadLabels, () => HostileFiles.Texts("1 2 3\n")),
        ("HubertSharp.Runs/Yaml/YamlReader.cs", "a.yaml", path => YamlReader.ReadFile(path),
            () => [.. HostileFiles.Texts("a: 1\nb: "), .. Aliases()]),
        ("HubertSharp.Runs/Configuration/ConfigLoader.cs", "a.yaml", path => ConfigLoader.Load(path, []),
            () => [.. HostileFiles.Texts("model:\n  label_rate: "), .. Aliases()]),
        ("HubertSharp.Runs/Recipes/RecipeFile.cs", "a.yaml", path => RecipeFile.Read(path, []),
            () => [.. HostileFiles.Texts("name: a\niterations:\n"), .. Aliases()]),
        ("HubertSharp.Runs/Arrays/NpyReader.cs", "a.npy", ReadArray, HostileFiles.Arrays),
        ("HubertSharp.Runs/Arrays/SafetensorsFile.cs", "a.safetensors", path => SafetensorsFile.Read(path), HostileFiles.Safetensors),
        ("HubertSharp.Runs/Pickle/JoblibFile.cs", "km.joblib", path => KMeansModel.Load(path), HostileFiles.Pickles),
        ("HubertSharp/Clustering/FaissIndex.cs", "km.index", path => KMeansModel.Load(path), HostileFiles.FaissIndexes),
        ("HubertSharp/Interop/ModelReader.cs", "a.pt", path => ModelReader.Read(path), HostileFiles.TorchFiles),
        ("HubertSharp.Runs/Doctor/Logs/LogReader.cs", "train.log", path => MetricsSeries.Read(path),
            () => [.. HostileFiles.Texts("step,loss\n1,2\n"), .. HostileFiles.Logs()]),
        ("HubertSharp.Runs/Doctor/Logs/TensorBoard/TensorBoardLog.cs", "events.out.tfevents.1",
            path => DoctorInput.Read(Path.GetDirectoryName(path)!), HostileFiles.Events),
        ("HubertSharp.Runs/Doctor/Facts/ReferenceRun.cs", "a.tsv", path => ReferenceRun.Table(path), () => HostileFiles.Texts()),
        ("HubertSharp.Runs/RunFolders/RunEnvironment.cs", "environment.json", AppendEnvironment, () => HostileFiles.Texts()),
        ("HubertSharp.Runs/RunFolders/LabelSummary.cs", "labels.json", path => LabelSummary.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp.Runs/RunFolders/DataSummary.cs", "data.json", path => DataSummary.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp.Runs/RunFolders/TranscriptSummary.cs", "transcripts.json", path => TranscriptSummary.Read(path),
            () => HostileFiles.Texts()),
        ("HubertSharp.Runs/Transcripts/TextRules.cs", "text.json", path => TextRules.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp.Runs/Transcripts/TranscriptTexts.cs", "a.trans.txt", ReadTranscripts, () => HostileFiles.Texts("a hi\n")),
        ("HubertSharp.Runs/RunFolders/PredictionSamples.cs", "a.json", path => PredictionSamples.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp.Runs/Reports/Downstream.cs", "report.json", path => Downstream.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp.Runs/Stages/StageStamp.cs", "a.json", path => StageStamp.TryRead(path), () => HostileFiles.Texts()),
        ("HubertSharp/Features/FeatureShardRecord.cs", "a.json", path => FeatureShardRecord.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp/Features/FeatureDumpReader.cs", "train_0_1.len", ReadFeatures, () => HostileFiles.Texts("1\n")),
        ("HubertSharp/Models/ModelDescription.cs", "model.json", path => ModelDescription.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp/Training/Checkpoints/CheckpointStore.cs", "state.json", path => CheckpointStore.Read(Path.GetDirectoryName(path)!),
            () => HostileFiles.Texts()),
        ("HubertSharp/Interop/HuggingFace/HuggingFaceConfig.cs", "config.json", path => HuggingFaceConfig.Read(path),
            () => HostileFiles.Texts()),
        ("HubertSharp/SpeechTokenizer/TokenizerConfig.cs", "config.json", path => TokenizerConfig.Read(path), () => HostileFiles.Texts()),
        ("HubertSharp/SpeechTokenizer/TokenizerReader.cs", "a.pt", path => TokenizerReader.Read(path), HostileFiles.TorchFiles),
        ("HubertSharp/SpeechTokenizer/Codes/NpyCodes.cs", "a.npy", ReadCodes, HostileFiles.Arrays),
        ("HubertSharp/SpeechTokenizer/Codes/JsonCodes.cs", "a.json", ReadCodes,
            () => HostileFiles.Texts("{\"format\": \"hubertsharp.codes.1\", \"codes\": [")),
        ("HubertSharp/SpeechTokenizer/Codes/PackedCodes.cs", "a.codes", ReadCodes, () => [.. HostileFiles.Texts("HSCODES1"), .. Codes()]),
        ("HubertSharp/Evaluation/Alignments/AlignmentFile.cs", "a.phn.tsv", path => AlignmentFile.Read(path),
            () => HostileFiles.Texts("utt\tspeaker\tsamples\tsegments\na\tb\t16000\t")),
        ("HubertSharp/Evaluation/Alignments/TextGridFile.cs", "a.TextGrid", path => TextGridFile.Read(path, "a", null),
            () => HostileFiles.Texts("\"ooTextFile\"\n\"TextGrid\" 0 9 <exists> 1 \"IntervalTier\" \"phones\" 0 9 900000 0 1 \"a\" ")),
        ("HubertSharp/Evaluation/Alignments/FrameLabelFiles.cs", "a.tsv", path => FrameLabelFiles.ReadPhones(path),
            () => HostileFiles.Texts("a\tb,")),
        ("HubertSharp/Evaluation/Abx/ItemFile.cs", "a.item", path => ItemFile.Read(path),
            () => HostileFiles.Texts($"{ItemFile.Header}\na 0 1 b c d e\n")),
        ("HubertSharp/Decoding/Lexicon.cs", "l.txt", path => Lexicon.Read(path, new CtcAlphabet(["<pad>", "|", "A"], 0)),
            () => HostileFiles.Texts("A A |\n")),
        ("HubertSharp/Corpora/Formats/LibriSpeechFormat.cs", "1-2.trans.txt",
            path => LibriSpeechFormat.List(Path.GetDirectoryName(path)!, default), () => HostileFiles.Texts("1-2-3 A\n")),
        ("HubertSharp/Corpora/Formats/AishellFormat.cs", "transcript/aishell_transcript_v0.8.txt",
            path => AishellFormat.List(Path.GetFullPath("..", Path.GetDirectoryName(path)!), default), () => HostileFiles.Texts("a b\n")),
        ("HubertSharp/Corpora/Formats/CommonVoiceFormat.cs", "train.tsv", path => CommonVoiceFormat.List(Path.GetDirectoryName(path)!),
            () => HostileFiles.Texts("path\tsentence\na.mp3\tb\n")),
        ("HubertSharp/Corpora/Formats/Segmented/SegmentedIndex.cs", "WenetSpeech.json",
            path => WenetSpeechFormat.List(Path.GetDirectoryName(path)!, path + ".out", null, null, default),
            () => HostileFiles.Texts("{\"audios\": [{\"a\": ")),
        ("HubertSharp/Corpora/Formats/LibriLightFormat.cs", "a.json", ReadLibriLight, () => HostileFiles.Texts("{\"speaker\": ")),
        ("HubertSharp/Corpora/Formats/Lists/KaldiFormat.cs", "wav.scp",
            path => KaldiFormat.List(Path.GetDirectoryName(path)!, path + ".out", null, default), () => HostileFiles.Texts("a /b.wav\n")),
        ("HubertSharp/Corpora/Formats/Lists/LhotseFormat.cs", "cuts.jsonl",
            path => LhotseFormat.List(Of(path), path + ".out", null, default), () => HostileFiles.Texts("{\"id\": \"a\"}\n")),
        ("HubertSharp/Corpora/Formats/Tables/TableFormat.cs", "metadata.csv",
            path => TableFormat.List(Of(path), new ManifestOptions { Folder = "", Output = "" }, default),
            () => HostileFiles.Texts("file_name,text\na.wav,b\n")),
        ("HubertSharp/Corpora/Formats/Shards/TarFormat.cs", "a.tar", path => TarFormat.List(Of(path), path + ".out", null, default),
            () => [.. HostileFiles.Texts(), .. HostileShards.Tars()]),
        ("HubertSharp/Corpora/Formats/Shards/ParquetFormat.cs", "a.parquet",
            path => ParquetFormat.List(Of(path), path + ".out", null, default),
            () => [.. HostileFiles.Texts("PAR1"), .. HostileShards.Parquets()]),
        ("HubertSharp/Corpora/Pieces/PieceTable.cs", "pieces.tsv", path => PieceTable.Read(path),
            () => HostileFiles.Texts("file\tsource\tsource_bytes\tstart_s\tend_s\na\tb\n")),
        ("HubertSharp/LanguageModels/ArpaReader.cs", "lm.arpa", path => NgramModel.Open(path), () => HostileFiles.Texts(ArpaBeginning)),
        ("HubertSharp/LanguageModels/BinaryModel.cs", "lm.bin", path => NgramModel.Open(path), () => HostileFiles.Texts("HSNGRAM1")),
        ("HubertSharp/LanguageModels/Training/NgramUnits.cs", "words.txt", path => NgramUnits.Of(NgramUnit.Word, path),
            () => HostileFiles.Texts("a\n")),
        ("HubertSharp/LanguageModels/Training/CorpusCounts.cs", "text.txt", Train, () => HostileFiles.Texts("a b\n")),
        ("HubertSharp/LanguageModels/Scoring/NgramScoring.cs", "text.txt", ScoreText, () => HostileFiles.Texts("a b\n")),
        ("HubertSharp/Evaluation/Words/TranscriptFile.cs", "a.txt", path => new[]
        {
            TranscriptLayout.Auto, TranscriptLayout.Kaldi, TranscriptLayout.Json,
        }.Select(format => ReadTranscript(path, format)).ToArray(), () => HostileFiles.Texts("a\ttext\n")),
    ];

    public static TheoryData<string> Sources => [.. Readers.Select(reader => reader.Source)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_reader_keeps_to_the_memory_that_its_source_states(string source)
    {
        var (_, name, read, files) = Readers.Single(reader => reader.Source == source);
        var (perByte, free) = Stated(source);
        var faults = new List<string>();
        long Memory() =>
            Streaming.Contains(source) ? Held() : GC.GetTotalAllocatedBytes(precise: true);
        var most = 0.0;
        foreach (var (kind, bytes) in files())
        {
            var path = _folder.At("place", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
            var clock = Stopwatch.StartNew();
            var before = Memory();
            object? held = null;
            try
            {
                held = read(path);
            }
            catch (UserException e)
            {
                if (e.Message.Contains('\n', StringComparison.Ordinal) || e.Message.Length > 4000)
                    faults.Add($"{kind}: a message of {e.Message.Length} characters: {e.Message[..Math.Min(200, e.Message.Length)]}");
            }
            catch (Exception e)
            {
                faults.Add($"{kind}: {e.GetType().Name} {e.Message[..Math.Min(200, e.Message.Length)]}");
            }
            var allocated = Memory() - before;
            GC.KeepAlive(held);
            most = Math.Max(most, (allocated - free) / (double)bytes.Length);
            if (allocated > free + (perByte * bytes.Length) || clock.Elapsed > Patience.Long)
                faults.Add($"{kind}: {allocated >> 20} MiB and {clock.Elapsed.TotalSeconds:0.0} s for {bytes.Length} bytes; "
                    + $"stated {perByte} per byte and {free >> 20} MiB");
            Directory.Delete(_folder.At("place"), recursive: true);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{source}: at most {most:0.0} bytes per byte above {free >> 20} MiB");
        Assert.True(faults.Count == 0, string.Join('\n', faults.Prepend(source)));
    }

    /// <summary>A new reader states its bound and stands in the table above, or among the exempt with its reason.</summary>
    [Fact]
    public void No_reader_is_without_its_bound()
    {
        var root = Path.Combine(Fixtures.RepositoryRoot(), "src");
        var sources = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(root, file)));
        Assert.Equal(Readers.Select(reader => reader.Source).Order(StringComparer.Ordinal),
            sources.Where(s => Bound().IsMatch(s.Value)).Select(s => s.Key).Order(StringComparer.Ordinal));
        Assert.Empty(sources.Where(s => Opening().IsMatch(s.Value)
            && !Bound().IsMatch(s.Value)
            && !Exempt.Any(e => s.Key.StartsWith(e.Source, StringComparison.Ordinal))).Select(s => s.Key));
    }

    public void Dispose() => _folder.Dispose();

    private static (long PerByte, long Free) Stated(string source)
    {
        var match = Bound().Match(File.ReadAllText(Path.Combine(Fixtures.RepositoryRoot(), "src", source)));
        Assert.True(match.Success, $"{source} does not state its bound");
        return (long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) << 20);
    }

    // once: to ask for it until nothing changes any more takes longer than most readings
    private static long Held()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    private static int[] ReadLabels(string path)
    {
        using var labels = LabelFile.Open(path);
        return labels.Read(labels.Count - 1, LabelDictionary.OfClusters([1, 1, 1, 1]));
    }

    private static SpeechPlace Of(string path) => new(Path.GetDirectoryName(path)!, path);

    private static SpeechListing ReadLibriLight(string path)
    {
        File.WriteAllBytes(Path.ChangeExtension(path, ".flac"), []);
        return LibriLightFormat.List(Path.GetDirectoryName(path)!, default);
    }

    private static object ReadTranscripts(string path) =>
        TranscriptTexts.Read(path, new Manifest("/root", [new ManifestEntry("a.wav", 16_000)]), "a.tsv");

    private static TokenCodes ReadCodes(string path) => CodeFile.Read(path, s_tokenizer);

    /// <summary>Codes of one bit, whole and of a size that they do not have.</summary>
    private static IEnumerable<(string, byte[])> Codes()
    {
        var codes = new TokenCodes(new QuantizerRange(1, 1), 2, 16_000, 12, null, 1 << 23);
        using var folder = new TemporaryFolder();
        CodeFile.Write(folder.At("a.codes"), codes, CodeFormat.Packed);
        var bytes = File.ReadAllBytes(folder.At("a.codes"));
        yield return ("bits", bytes);
        bytes[29] = 1; // 2^40 frames more
        yield return ("frames that are not there", bytes);
    }

    private static float[] ReadArray(string path)
    {
        using var array = NpyReader.Open(path);
        return array.ReadFloats();
    }

    private const string ArpaBeginning = "\\data\\\nngram 1=99999999\nngram 2=99999999\n\n\\1-grams:\n0\t<s>\n0\t</s>\n0\t";

    private static object? Train(string path)
    {
        NgramTrainer.Run(new LmTrainingOptions
        {
            Texts = [path],
            OutputPath = path + ".arpa",
            DiscountFallback = Discounts.Fallback,
            MemoryBytes = 1 << 20,
        });
        return null;
    }

    private static TextScore ScoreText(string path)
    {
        File.WriteAllText(path + ".arpa", ArpaBeginning.Replace("99999999", "3", StringComparison.Ordinal).Replace("ngram 2=3\n", "",
            StringComparison.Ordinal) + "a\n\n\\end\\\n");
        using var model = NgramModel.Open(path + ".arpa");
        return NgramScoring.Run(model, [path], new NgramUnits(NgramUnit.Word), withWords: false, _ => { });
    }

    private static TranscriptFile? ReadTranscript(string path, TranscriptLayout format)
    {
        try
        {
            return TranscriptFile.Read(path, format, new TranscriptColumns());
        }
        catch (UserException)
        {
            return null;
        }
    }

    private static object? AppendEnvironment(string path)
    {
        RunEnvironment.Append(path, new Dictionary<string, string>());
        return null;
    }

    private static object? ReadFeatures(string path)
    {
        NpyWriter.Write(Path.ChangeExtension(path, ".npy"), new float[8], 4);
        using var dump = FeatureDumpReader.Open(Path.GetDirectoryName(path)!, "train");
        return null;
    }

    /// <summary>Ten references to ten references to ...: a few hundred bytes that stand for 10^9 values.</summary>
    private static (string, byte[])[] Aliases() =>
        [
            ("aliases", System.Text.Encoding.UTF8.GetBytes("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9)
                .Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n")))),
        ];

    [GeneratedRegex("Memory: at most ([0-9]+) bytes per byte of the file, and ([0-9]+) MiB")]
    private static partial Regex Bound();

    [GeneratedRegex(@"File\.(ReadAll\w+|ReadLines|Open\w*)\(|new FileStream\(|new StreamReader\(|RegularFile\.Open")]
    private static partial Regex Opening();
}
