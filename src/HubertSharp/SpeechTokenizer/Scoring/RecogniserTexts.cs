using HubertSharp.Audio;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>What a recogniser writes down, the best token of each frame: of recordings in memory, long ones in chunks.</summary>
internal sealed class RecogniserTexts(CtcScorer scorer)
{
    private static readonly ChunkOptions s_chunks = new();

    /// <summary>Empty where the recording is too short for a frame.</summary>
    public string Of(float[] samples)
    {
        if (scorer.Frames(samples.Length) is not (> 0 and var frames))
            return "";
        var plan = new ChunkPlan(s_chunks, samples.Length, frames, scorer.StrideSamples, scorer.ReceptiveSamples, AudioFile.SampleRate);
        var statistics = new WaveformStatistics();
        statistics.Add(samples);
        var (path, tokens) = (new GreedyRuns(scorer.Alphabet), scorer.Alphabet.Count);
        for (var i = 0; i < plan.Count; i++)
        {
            var chunk = plan[i];
            var heard = samples.AsSpan((int)chunk.StartSample, chunk.Samples).ToArray();
            if (scorer.NormalizeEpsilon is { } epsilon)
                statistics.Apply(heard, epsilon);
            path.Add(scorer.Logits(heard).AsSpan(chunk.Skip * tokens, chunk.Frames * tokens));
        }
        return path.Text;
    }
}
