using HubertSharp.Runs.Files;
using Microsoft.ML.OnnxRuntime;

namespace HubertSharp.Onnx;

/// <summary>Opens models in ONNX Runtime.</summary>
internal static class OnnxSessions
{
    /// <summary>Loads a model and asks what it says of itself.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="path">The <c>.onnx</c>.</param>
    /// <param name="threads">Threads of one operator; 0 takes all cores.</param>
    /// <param name="make">Gets the session and its metadata; the session is its own from then on.</param>
    /// <exception cref="Runs.UserException">Missing, damaged, what <paramref name="make"/> refuses, or with weights that are NaN or
    /// infinite.</exception>
    public static T Open<T>(string path, int threads, Func<InferenceSession, IReadOnlyDictionary<string, string>, T> make)
    {
        if (!File.Exists(path))
            throw OnnxFaults.Missing(path);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileName(path)}*"))
            RegularFile.OpenHandle(file).Dispose(); // the runtime would wait on a pipe: the model's, or that of weights that lie beside it
        InferenceSession? session = null;
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            options.AddSessionConfigEntry("session.set_denormal_as_zero", "1");
            session = new InferenceSession(path, options);
            var model = make(session, session.ModelMetadata.CustomMetadataMap);
            OnnxWeights.Check(path);
            session = null;
            return model;
        }
        catch (OnnxRuntimeException e)
        {
            throw OnnxFaults.NotLoaded(path, e);
        }
        finally
        {
            session?.Dispose();
        }
    }
}
