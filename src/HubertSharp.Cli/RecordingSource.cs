using HubertSharp.Audio;
using HubertSharp.Onnx;

namespace HubertSharp.Cli;

/// <summary>An audio file that ONNX models hear in pieces.</summary>
internal sealed class RecordingSource(string path, CancellationToken cancellation) : ISampleSource
{
    public long Length { get; } = AudioFile.Probe(path, cancellation).LengthSamples16k;

    public void Read(long start, Span<float> samples)
    {
        var read = AudioFile.Read(path, start, samples.Length, cancellation);
        samples.Clear(); // a compressed file may end a few samples before its header says
        read.AsSpan(0, Math.Min(read.Length, samples.Length)).CopyTo(samples);
    }
}
