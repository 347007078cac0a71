using System.Globalization;
using System.Text.Json;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;

namespace HubertSharp.Clustering;

/// <summary>Centroids, and what they were fitted on: a model labels no other features than those.</summary>
public sealed class KMeansModel
{
    private const string Format = "hubertsharp.kmeans.v1";
    private const string TensorName = "centroids";

    /// <param name="centroids">[clusters, dimensions], every number finite.</param>
    /// <param name="dimensions">Numbers per centroid.</param>
    public KMeansModel(float[] centroids, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        if (centroids.Length == 0 || centroids.Length % dimensions != 0)
            throw new ArgumentException($"{centroids.Length} numbers are no centroids of {dimensions} dimensions", nameof(centroids));
        (Centroids, Dimensions) = (centroids, dimensions);
    }

    /// <summary>[clusters, dimensions] float32.</summary>
    public float[] Centroids { get; }

    public int Clusters => Centroids.Length / Dimensions;

    public int Dimensions { get; }

    /// <summary>The features that it was fitted on; null for models of other programs, which do not say.</summary>
    public FeatureDescription? Features { get; init; }

    /// <summary>Settings and results of the fit, by name: seed, frames, inertia_per_frame, ...</summary>
    public IReadOnlyDictionary<string, string> Fit { get; init; } = new Dictionary<string, string>();

    /// <summary>The model that a fit gives.</summary>
    public static KMeansModel From(KMeansFit fit, KMeansOptions options, int dimensions, FeatureDescription? features) =>
        new(fit.Centroids, dimensions)
        {
            Features = features,
            Fit = new Dictionary<string, string>
            {
                ["seed"] = Text(options.Seed),
                ["starts"] = Text(options.Starts),
                ["polish"] = Text(options.Polish),
                ["batch_size"] = Text(options.BatchSize),
                ["max_epochs"] = Text(options.MaxEpochs),
                ["max_no_improvement"] = Text(options.MaxNoImprovement),
                ["percent"] = Text(options.Percent),
                ["mini_batches"] = Text(fit.MiniBatches),
                ["lloyd_iterations"] = Text(fit.LloydIterations),
                ["frames"] = Text(fit.Frames),
                ["empty_clusters"] = Text(fit.EmptyClusters),
                ["inertia_per_frame"] = Text(fit.InertiaPerFrame),
            },
        };

    /// <summary>
    /// Writes the model as safetensors: tensor <c>centroids</c>, float32 [clusters, dimensions], and the rest as metadata.
    /// </summary>
    /// <exception cref="UserException">Something else is there, the disk is full, or the folder cannot be written.</exception>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string>(Fit) { ["format"] = Format };
        if (Features is not null)
            metadata["features"] = JsonSerializer.Serialize(Features, FeatureJson.Default.FeatureDescription);
        SafetensorsFile.Write(OutputKind.KMeansModel.PlaceOf(path),
            [SafetensorsTensor.Create(TensorName, [Clusters, Dimensions], Centroids)], metadata);
    }

    /// <summary>
    /// Refuses a place for a new model before the work: another kind of file that is there, and a name that ends as files of another
    /// format do, which other programs would read as that.
    /// </summary>
    /// <exception cref="UserException">Such a file or ending.</exception>
    internal static void CheckPlace(string path)
    {
        OutputKind.KMeansModel.PlaceOf(path);
        var format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".joblib" => "joblib",
            ".pkl" or ".pickle" => "pickle",
            ".npy" or ".npz" => "NumPy",
            ".pt" or ".pth" or ".bin" or ".ckpt" => "PyTorch",
            ".faiss" or ".index" => "faiss",
            ".onnx" => "ONNX",
            ".h5" or ".hdf5" => "HDF5",
            ".json" => "JSON",
            ".km" or ".tsv" or ".txt" => "text",
            _ => null,
        };
        if (format is not null)
            throw ClusteringFaults.OtherEnding(path, format, Path.ChangeExtension(path, ".safetensors"));
    }

    /// <summary>
    /// Reads a model: ours (safetensors), fairseq's (<c>km.joblib</c>, a pickle that is read without running anything), or bare centroids
    /// (<c>.npy</c>, or a flat faiss index).
    /// </summary>
    /// <exception cref="UserException">Missing, damaged, or no model.</exception>
    public static KMeansModel Load(string path)
    {
        if (!File.Exists(path))
            throw ClusteringFaults.MissingModel(path);
        var start = new byte[16];
        int read;
        using (var stream = RegularFile.OpenRead(path))
            read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var model = start.AsSpan(0, read) switch
        {
            [0x93, (byte)'N', ..] => FromNpy(path),
            var letters when FaissIndex.Begins(letters) => FaissIndex.Read(path), // no header of safetensors is as long as letters mean
            [_, _, _, _, _, _, _, _, (byte)'{', ..] => FromSafetensors(path),
            _ => SklearnModel.Read(path),
        };
        return FiniteNumbers.IndexOfOther(model.Centroids) is >= 0 and var i
            ? throw ClusteringFaults.NotAModel(path, "finite centroids", $"{model.Centroids[i]} in centroid {i / model.Dimensions}")
            : model;
    }

    /// <summary>Labels frames with their nearest centroids, the first of equals.</summary>
    /// <param name="frames">[frames, dimensions].</param>
    /// <returns>[frames], each in [0, clusters).</returns>
    public int[] Assign(ReadOnlySpan<float> frames)
    {
        using var labeller = new KMeansLabeller(this, threads: 1);
        return labeller.Assign(frames);
    }

    /// <summary>Refuses features that the model was not fitted on.</summary>
    /// <param name="modelPath">The model's file, for the message.</param>
    /// <param name="features">The features' description, if they have one.</param>
    /// <param name="dimensions">The features' size.</param>
    /// <param name="where">The features' folder, for the message.</param>
    /// <returns>What could not be checked, for the user to know; null when all was.</returns>
    /// <exception cref="UserException">The features are others.</exception>
    public string? CheckFits(string modelPath, FeatureDescription? features, int dimensions, string where)
    {
        if (dimensions != Dimensions)
            throw ClusteringFaults.OtherDimensions(modelPath, Dimensions, where, dimensions);
        if (Features is null)
            return $"{modelPath} does not say what it was fitted on: not checked";
        if (features is null)
            return $"the features in {where} do not say what they are: not checked against {modelPath} ({Features})";
        if (Features.DifferenceFrom(features) is var (expected, found))
            throw ClusteringFaults.OtherFeatures(modelPath, expected, where, found);
        return null;
    }

    private static KMeansModel FromNpy(string path)
    {
        using var reader = NpyReader.OpenFrames(path);
        return reader.Rows is > 0 and <= 1 << 20
            ? new KMeansModel(reader.ReadFloats(), (int)reader.RowElements)
            : throw ClusteringFaults.NotAModel(path, "1 to 1048576 centroids", $"{reader.Rows}");
    }

    private static KMeansModel FromSafetensors(string path)
    {
        var file = SafetensorsFile.Read(path);
        var format = file.Metadata.GetValueOrDefault("format");
        if (format != Format || !file.Contains(TensorName))
            throw ClusteringFaults.NotAModel(path, $"format {Format}", format is null ? "none" : $"'{format}'");
        var tensor = file[TensorName];
        if (tensor.DType != "F32" || tensor.Shape is not [> 0 and <= 1 << 20, > 0 and <= 1 << 20])
            throw ClusteringFaults.NotAModel(path, "float32 centroids [clusters, dimensions]",
                $"{tensor.DType} [{string.Join(", ", tensor.Shape)}]");
        return new KMeansModel(tensor.ToSingles(), (int)tensor.Shape[1])
        {
            Features = ReadFeatures(path, file.Metadata.GetValueOrDefault("features")),
            Fit = file.Metadata.Where(m => m.Key is not ("format" or "features")).ToDictionary(m => m.Key, m => m.Value),
        };
    }

    private static FeatureDescription? ReadFeatures(string path, string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, FeatureJson.Default.FeatureDescription);
        }
        catch (JsonException e)
        {
            throw ClusteringFaults.NotAModel(path, "a description of features", PrintableText.Of(e));
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
