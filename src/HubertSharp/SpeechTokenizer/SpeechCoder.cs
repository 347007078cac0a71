using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;
using HubertSharp.SpeechTokenizer.Codes;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>Recordings of any length to codes and back, in memory of one chunk beside the codes.</summary>
internal sealed class SpeechCoder(TokenizerModel model, ChunkOptions chunks)
{
    /// <param name="source">At the model's rate; at least one sample.</param>
    /// <param name="range">Quantisers whose codes are wanted.</param>
    /// <param name="fromEmbeddings">See <see cref="ResidualQuantizer.Encode"/>.</param>
    /// <param name="heard">Told of samples as they are done.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserException">Damaged audio, a bad chunk, or weights that overflow.</exception>
    public TokenCodes Encode(
        ISampleSource source, QuantizerRange range, bool fromEmbeddings = false, Action<long>? heard = null,
        CancellationToken cancellation = default)
    {
        var config = model.Config;
        var plan = Plan(model.Frames(source.Length), source.Length);
        var codes = new TokenCodes(range, config.CodebookSize, config.SampleRate, config.Hop, source.Length, plan.Frames);
        using var encoder = new ChunkedNetwork(model.Encoder, plan, source.Length, (start, count) =>
        {
            var samples = new float[count];
            source.Read(start, samples);
            return DeviceCopy.Of(samples, [1, 1, count], model.Device);
        });
        for (var i = 0; i < plan.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var chunk = plan[i];
            var embeddings = encoder.Next(i); // [1, D, T]
            // distances to the codes are of squares, and where they are not finite the nearest code would be the first
            if (!embeddings.mul(embeddings).sum(1).isfinite().all().item<bool>())
                throw TokenizerFaults.NotFinite(model.Path, "squares of the encoder's embeddings");
            var found = model.Quantizer.Encode(embeddings, range, fromEmbeddings).cpu().contiguous(); // [N, 1, T]
            codes.Set(chunk.FirstFrame, chunk.Frames, found.data<long>().ToArray());
            heard?.Invoke(Math.Min(source.Length, (chunk.FirstFrame + chunk.Frames) * config.Hop) - (chunk.FirstFrame * config.Hop));
        }
        return codes;
    }

    /// <summary>
    /// The speech of codes, piece by piece: as many samples as were encoded, or all of the frames' where that is not known.
    /// </summary>
    /// <param name="codes">Of this model: see <see cref="TokenCodes.Check"/>.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserException">A bad chunk, or weights that overflow.</exception>
    public IEnumerable<float[]> Decode(TokenCodes codes, CancellationToken cancellation = default)
    {
        var hop = model.Config.Hop;
        var plan = Plan(codes.Frames, codes.Frames * hop);
        var left = codes.Samples ?? codes.Frames * hop;
        using var decoder = new ChunkedNetwork(model.Decoder, plan, codes.Frames, (start, count) =>
        {
            using var found = DeviceCopy.Of(codes.Get(start, count), [codes.Range.Count, 1, count], model.Device);
            return model.Quantizer.Decode(found, codes.Range.First);
        });
        for (var i = 0; i < plan.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var samples = Samples(decoder, i);
            yield return samples.LongLength <= left ? samples : samples[..(int)left];
            left -= samples.LongLength;
        }
    }

    private float[] Samples(ChunkedNetwork decoder, int index)
    {
        using var piece = decoder.Next(index);
        using var host = piece.cpu();
        var samples = host.data<float>().ToArray();
        return Array.TrueForAll(samples, float.IsFinite) ? samples : throw TokenizerFaults.NotFinite(model.Path, "the decoder's samples");
    }

    private ChunkPlan Plan(long frames, long samples) =>
        new(chunks, samples, frames, model.Config.Hop, model.Config.Hop, model.Config.SampleRate);
}
