using System.Reflection;

namespace HubertSharp.Bench.SameRun;

/// <summary>
/// The library's <c>Pretrainer.Run</c>, found by its names: a commit may have moved types to other namespaces or hidden them, and
/// this program still has to reach both sides.
/// </summary>
internal sealed class PretrainingLibrary
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private readonly MethodInfo _train = Method(Type("HubertSharp", "Pretrainer"), "Run");
    private readonly MethodInfo _load = Method(Type("HubertSharp.Runs", "ConfigLoader"), "Load");

    /// <summary>Trains in this process.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="overrides">What makes hubert_small_cpu this training.</param>
    /// <param name="options">Properties of the options to set to true.</param>
    /// <param name="stopAfterUpdate">Where to stop, or null.</param>
    /// <returns>The message of what it threw, or null.</returns>
    public string? Train(string run, string[] overrides, IReadOnlyList<string> options, int? stopAfterUpdate)
    {
        var runParameters = _train.GetParameters();
        var asked = Activator.CreateInstance(runParameters[2].ParameterType, nonPublic: true)!;
        foreach (var option in options)
            Set(asked, option, true);
        if (stopAfterUpdate is { } stop)
            Set(asked, "StopAfterUpdate", (long)stop);
        try
        {
            var config = Call(_load, "hubert_small_cpu", overrides);
            Call(_train, config, run, asked, CancellationToken.None);
            return null;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            return $"{inner.GetType().Name}: {inner.Message}";
        }
    }

    private static object? Call(MethodInfo method, params object?[] arguments)
    {
        var parameters = method.GetParameters();
        return method.Invoke(null, [.. arguments, .. parameters.Skip(arguments.Length).Select(p => p.DefaultValue)]);
    }

    private static Type Type(string assembly, string name) =>
        Assembly.Load(assembly).GetTypes().SingleOrDefault(t => t.Name == name && t.DeclaringType is null)
        ?? throw new MissingMemberException(
            $"{assembly}: no type {name}, or several; bench/SameRun reaches a commit's trainings by that name");

    private static MethodInfo Method(Type type, string name) =>
        type.GetMethods(Any).Where(m => m.IsStatic && m.Name == name && !m.ContainsGenericParameters).MaxBy(m => m.GetParameters().Length)
        ?? throw new MissingMethodException(type.FullName, name);

    // the property of the options themselves, or of a record of options that they hold
    private static void Set(object options, string name, object value)
    {
        if (!TrySet(options, name, value))
            throw new MissingMemberException(options.GetType().FullName, name);
    }

    private static bool TrySet(object options, string name, object value)
    {
        if (options.GetType().GetProperty(name, Any) is { } property)
        {
            property.SetValue(options, value);
            return true;
        }
        return options.GetType().GetProperties(Any)
            .Where(p => p.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal) && p.GetValue(options) is not null)
            .Any(p => TrySet(p.GetValue(options)!, name, value));
    }
}
