using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>What a validation measured of one recording, as it travels between processes.</summary>
/// <param name="Terms">The losses by their keys.</param>
/// <param name="Codes">Of all frames, one quantiser after the other.</param>
internal sealed record MeasuredRecording(IReadOnlyList<(string Key, float Value)> Terms, int[] Codes)
{
    /// <summary>Measures a recording, and packs it.</summary>
    public static byte[] Of(LearntTokenizer model, TokenizerStep step, TokenizerBatch batch)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var real = step.Samples(batch);
        var (generated, codes) = model.Evaluate(real);
        var terms = step.Terms(batch, real, generated with { Commitment = zeros(1, device: real.device).squeeze(0) }, null);
        (string Key, Tensor Value)[] measured =
        [
            ("loss", terms.Total), ("mel_error", terms.MelError), ("recon", terms.Recon),
            .. batch.Teacher is null ? [] : ((string, Tensor)[])[("distill", terms.Distill)],
        ];
        return new MeasuredRecording([.. measured.Select(one => (one.Key, one.Value.item<float>()))],
            [.. codes.to(ScalarType.Int32).cpu().contiguous().data<int>()]).Pack();
    }

    public byte[] Pack() => ByteParts.Of(writer =>
    {
        writer.Write(Terms.Count);
        foreach (var (key, value) in Terms)
        {
            writer.Write(key);
            writer.Write(value);
        }
        writer.Write(Codes.Length);
        foreach (var code in Codes)
            writer.Write(code);
    });

    public static MeasuredRecording Unpack(byte[] packed)
    {
        using var reader = new BinaryReader(new MemoryStream(packed));
        var terms = new (string, float)[reader.ReadInt32()];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = (reader.ReadString(), reader.ReadSingle());
        var codes = new int[reader.ReadInt32()];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = reader.ReadInt32();
        return new MeasuredRecording(terms, codes);
    }
}
