using HubertSharp.Audio;
using HubertSharp.Cli;
using HubertSharp.Decoding;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models.Ctc;
using HubertSharp.Tests.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Decoding.Recordings;

/// <summary>On transformers' small CTC model of the fixtures.</summary>
public sealed class TranscriberTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PortableModel _model = ModelReader.Read(Fixtures.At(CtcGoldenTests.Folders().First().Data));

    /// <summary>One chunk is the model on the whole recording; cut, the frames are as many, in their places, and near.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chunks_are_the_whole(bool byOnnx)
    {
        using var scorer = Scorer(byOnnx);
        var clip = TestClip.Create(AudioFile.SampleRate, 21.3);
        AudioFile.Write(_folder.At("a.wav"), clip, AudioFile.SampleRate);
        clip = AudioFile.Read(_folder.At("a.wav"));
        if (scorer.NormalizeEpsilon is { } epsilon)
            WaveformNorm.Apply(clip, (float)epsilon);
        var whole = scorer.Logits(clip);
        var recordings = RecordingList.Read([_folder.At("a.wav")], scorer.ReceptiveSamples);
        TensorAssert.Near(whole, Scored(scorer, recordings, new ChunkOptions { Seconds = 30 }, threads: 1), 1e-5, "one chunk");
        var cut = new ChunkOptions { Seconds = 5, OverlapSeconds = 2 };
        var chunks = Scored(scorer, recordings, cut, threads: 1);
        Assert.Equal(whole.Length, chunks.Length);
        Assert.InRange(TensorAssert.RelativeDistance(chunks, whole), 0, 0.35);
        TensorAssert.Near(chunks, Scored(scorer, recordings, cut, threads: 3), 1e-5, "on three threads");
    }

    [Fact]
    public void A_recording_is_searched_through_over_all_cuts()
    {
        using var scorer = Scorer(byOnnx: false);
        for (var i = 0; i < 3; i++)
            AudioFile.Write(_folder.At($"{i}.wav"), TestClip.Create(AudioFile.SampleRate, 3 + (i * 4)), AudioFile.SampleRate);
        var manifest = _folder.Write("test.tsv", $"{_folder.FullName}\n0.wav\t48000\n");
        var recordings = RecordingList.Read([_folder.At("2.wav"), manifest, _folder.At("1.wav")], scorer.ReceptiveSamples);
        Assert.Equal(["2", "0", "1"], recordings.Select(recording => recording.Name));
        var decoder = new CtcDecoder(scorer.Alphabet, new SearchOptions { NBest = 3 });
        var options = new ChunkOptions { Seconds = 2, OverlapSeconds = 0.5 };
        var found = new List<RecordingTranscript>();
        var reports = new List<StageProgress>();
        var transcriber = new Transcriber(scorer, decoder, options, threads: 2);
        transcriber.Run(recordings, found.Add, new Reports(reports));
        Assert.Equal(recordings.Select(recording => recording.Name), found.Select(transcript => transcript.Name));
        Assert.Equal(21, reports[^1].Done);
        foreach (var (recording, transcript) in recordings.Zip(found))
        {
            var search = decoder.NewSearch();
            search.Begin();
            search.Advance(Scored(scorer, [recording], options, threads: 1));
            var alone = decoder.Read(search, 0.02);
            Assert.Equal(alone.Select(reading => reading.Text), transcript.Readings.Select(reading => reading.Text));
            Assert.Equal(alone[0].Score, transcript.Best.Score, 1e-3);
            Assert.All(transcript.Best.Words, word => Assert.True(word.Start < word.End && word.End <= transcript.Seconds));
        }
    }

    [Fact]
    public void What_cannot_be_heard_is_told_at_the_start_with_its_line()
    {
        using var scorer = Scorer(byOnnx: false);
        AudioFile.Write(_folder.At("a.wav"), new float[16000], AudioFile.SampleRate);
        AudioFile.Write(_folder.At("short.wav"), new float[399], AudioFile.SampleRate);
        string Fault(string input) =>
            Assert.Throws<UserException>(() => RecordingList.Read([_folder.At("a.wav"), input], scorer.ReceptiveSamples)).Message;
        Assert.Contains("no such audio file", Fault(_folder.At("none.wav")));
        Assert.Contains("at least 400 samples", Fault(_folder.At("short.wav")));
        Assert.Contains("m.tsv:3", Fault(_folder.Write("m.tsv", $"{_folder.FullName}\na.wav\t16000\na.wav\t15999\n")));
        Assert.Contains("m.tsv:2", Fault(_folder.Write("m.tsv", $"{_folder.FullName}\nnone.wav\t16000\n")));
        // a name never leads out of the folder of the results
        Directory.CreateDirectory(_folder.At("a", "b"));
        Assert.Equal("_/_/a", Assert.Single(RecordingList.Read(
            [_folder.Write("m.tsv", $"{_folder.At("a", "b")}\n../../a.wav\t16000\n")], scorer.ReceptiveSamples)).Name);
    }

    [Fact]
    public void Damage_in_the_middle_ends_it_after_what_came_before()
    {
        using var scorer = Scorer(byOnnx: false);
        AudioFile.Write(_folder.At("a.wav"), TestClip.Create(AudioFile.SampleRate, 2), AudioFile.SampleRate);
        AudioFile.Write(_folder.At("b.flac"), TestClip.Create(AudioFile.SampleRate, 8), AudioFile.SampleRate);
        var bytes = File.ReadAllBytes(_folder.At("b.flac"));
        var recordings = RecordingList.Read([_folder.At("a.wav"), _folder.At("b.flac")], scorer.ReceptiveSamples);
        Array.Clear(bytes, bytes.Length / 2, 2000);
        File.WriteAllBytes(_folder.At("b.flac"), bytes);
        var found = new List<RecordingTranscript>();
        Assert.Throws<UserException>(() => new Transcriber(scorer, new CtcDecoder(scorer.Alphabet, new SearchOptions()),
            new ChunkOptions { Seconds = 1, OverlapSeconds = 0.2 }, threads: 2).Run(recordings, found.Add));
        Assert.Equal("a", Assert.Single(found).Name);
    }

    [Fact]
    public void A_model_without_its_output_layer_or_names_is_refused()
    {
        var pretrained = ModelReader.Read(Fixtures.At(Fixtures.Matching("hubert_tiny_*")[0], "checkpoint_last.pt"));
        Assert.Contains("fine-tune it first", Assert.Throws<UserException>(() =>
            new TorchCtcScorer(pretrained, ComputePrecision.Float32, CPU)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private CtcScorer Scorer(bool byOnnx)
    {
        if (!byOnnx)
            return new TorchCtcScorer(_model, ComputePrecision.Float32, CPU);
        OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data", _model, new OnnxExportOptions());
        return new OnnxCtcScorer(OnnxHubert.Open(_folder.At("x.onnx")));
    }

    private static float[] Scored(CtcScorer scorer, IReadOnlyList<Recording> recordings, ChunkOptions options, int threads)
    {
        using var scoring = new ScoringThreads(scorer, new ChunkFeed(scorer, recordings, options, default), threads, default);
        var logits = new List<float>();
        while (scoring.Next() is { } chunk)
            logits.AddRange(chunk.Logits);
        return [.. logits];
    }

    private sealed class Reports(List<StageProgress> reports) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => reports.Add(value);
    }
}
