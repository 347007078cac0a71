using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Models;

namespace HubertSharp.Interop;

/// <summary>
/// Which model features come from, whatever form it lies in: SHA-256 over the float32 weights that layers depend on. Label
/// embeddings, final projection and mask embedding are none of them.
/// </summary>
internal static class ModelIdentity
{
    /// <summary>Lower-case hexadecimal digits.</summary>
    public static string Of(PortableModel portable)
    {
        ArgumentNullException.ThrowIfNull(portable);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in portable.Weights.Concat(portable.Buffers))
        {
            if (name is "mask_emb" or HubertBuffers.Batches || FairseqReader.IsPredictionHead(name))
                continue;
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.DType == "F32" ? tensor.Bytes.Span : MemoryMarshal.AsBytes<float>(tensor.ToSingles()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of a path, see <see cref="ModelReader.Find"/>.</summary>
    /// <exception cref="Runs.UserException">No model there, or damaged.</exception>
    public static string Of(string path) => Of(ModelReader.Read(path));
}
