using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using ICustomAttributeProvider = Mono.Cecil.ICustomAttributeProvider;

namespace Fer.Core.Tests.Support;

/// <summary>A type that uses another one, in a signature, an attribute or a method body.</summary>
internal sealed record Dependency(string From, string FromNamespace, string To, string ToNamespace)
{
    public override string ToString() => $"{From} -> {To}";
}

/// <summary>
/// What the types of an assembly depend on, read from its IL. Nested types, lambdas and iterators count as part of the
/// type that declares them. Constants and <c>nameof</c> leave no trace in IL, and are not seen.
/// </summary>
internal sealed class DependencyGraph
{
    private readonly HashSet<Dependency> _dependencies = [];

    private DependencyGraph(AssemblyDefinition assembly)
    {
        foreach (var type in assembly.MainModule.GetTypes())
        {
            foreach (var used in References(type).SelectMany(Parts))
            {
                Add(Outermost(type), Outermost(used));
            }
        }
    }

    public IReadOnlyCollection<Dependency> All => _dependencies;

    public static DependencyGraph Of(Assembly assembly)
    {
        using var definition = AssemblyDefinition.ReadAssembly(assembly.Location);
        return new DependencyGraph(definition);
    }

    /// <summary>Whether a namespace is the given one or lies below it.</summary>
    public static bool IsWithin(string name, string root) => name == root || name.StartsWith($"{root}.", StringComparison.Ordinal);

    /// <summary>The dependencies that take part in a cycle between namespaces, or connect two cycles; empty if there is none.</summary>
    public static IReadOnlyList<Dependency> Cycles(IEnumerable<Dependency> dependencies)
    {
        var remaining = dependencies.Where(edge => edge.FromNamespace != edge.ToNamespace).ToList();
        while (true)
        {
            // A namespace that uses nobody, or that nobody uses, is not part of a cycle.
            var users = remaining.Select(edge => edge.FromNamespace).ToHashSet();
            var used = remaining.Select(edge => edge.ToNamespace).ToHashSet();
            if (remaining.RemoveAll(edge => !users.Contains(edge.ToNamespace) || !used.Contains(edge.FromNamespace)) == 0)
            {
                return remaining;
            }
        }
    }

    private void Add(TypeReference from, TypeReference to)
    {
        if (from.FullName != to.FullName)
        {
            _dependencies.Add(new Dependency(from.FullName, from.Namespace, to.FullName, to.Namespace));
        }
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference?> References(TypeDefinition type)
    {
        IEnumerable<ICustomAttributeProvider> attributed = [type, .. type.Fields, .. type.Methods, .. type.Properties, .. type.Events];
        return attributed.SelectMany(member => member.CustomAttributes).Select(attribute => attribute.AttributeType)
            .Concat(type.Interfaces.Select(implemented => implemented.InterfaceType))
            .Concat(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType))
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.Methods.SelectMany(References))
            .Append(type.BaseType);
    }

    private static IEnumerable<TypeReference?> References(MethodDefinition method)
    {
        var signature = method.Parameters.Select(parameter => parameter.ParameterType)
            .Concat(method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType))
            .Append(method.ReturnType);
        return method.HasBody
            ? signature
                .Concat(method.Body.Variables.Select(variable => variable.VariableType))
                .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
                .Concat(method.Body.Instructions.SelectMany(References))
            : signature;
    }

    private static IEnumerable<TypeReference?> References(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        _ => [],
    };

    /// <summary>The types that an array, a reference or a generic type is made of.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        IModifierType modified => Parts(modified.ModifierType).Concat(Parts(modified.ElementType)),
        FunctionPointerType pointer => pointer.Parameters.Select(parameter => parameter.ParameterType).Append(pointer.ReturnType).SelectMany(Parts),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
