using HubertSharp.Models;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Interop;

/// <summary>What a program that uses this library begins with: <c>HubertModel.Load(path)</c>.</summary>
public static class ModelLoading
{
    extension(HubertModel)
    {
        /// <summary>
        /// Builds a model to compute with from whatever <see cref="ModelReader"/> takes: a checkpoint or run folder, a fairseq
        /// <c>.pt</c>, a Hugging Face folder. It has no gradients; samples are at 16 kHz.
        /// </summary>
        /// <param name="path">The file or folder.</param>
        /// <param name="precision">What it computes in.</param>
        /// <param name="device">Null for the processor.</param>
        /// <exception cref="Runs.UserException">No model there, damaged, crafted, or of another kind.</exception>
        public static HubertModel Load(
            string path, ComputePrecision precision = ComputePrecision.Float32, torch.Device? device = null) =>
            ModelReader.Read(path).Build(precision, device);
    }
}
